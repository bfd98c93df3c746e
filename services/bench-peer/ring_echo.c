/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/ring.h>

#include "peer.h"

#define RECEIVERS 32u
#define MESSAGE_BYTES 64u

/* Puts a receive for one of the buffers into the queue; with a token it answers that call first. */
static enum sg_status arm(struct sg_ring *ring, struct sg_handle endpoint, uint32_t offset,
                          uint32_t token, uint32_t length)
{
    struct sg_submission submission = {
        .opcode = token != 0 ? SG_OP_REPLY : SG_OP_RECV,
        .flags = token != 0 ? SG_SUBMIT_REARM : 0,
        .handle_index = endpoint.index,
        .handle_generation = endpoint.generation,
        .token = token,
        .user_data = offset,
        .message = {.send_offset = offset,
                    .send_length = length,
                    .receive_offset = offset,
                    .receive_length = MESSAGE_BYTES},
    };

    return sg_ring_submit(ring, &submission);
}

int peer_echo_ring(struct sg_handle endpoint)
{
    struct sg_ring *ring = sg_own_ring();
    struct sg_completion completion;
    enum sg_status status = SG_OK;
    uint32_t offset;
    void *buffer;

    for (uint32_t i = 0; i < RECEIVERS && status == SG_OK; i++) {
        status = sg_ring_buffer(ring, MESSAGE_BYTES, &offset, &buffer);
        if (status == SG_OK)
            status = arm(ring, endpoint, offset, 0, 0);
    }
    while (status == SG_OK) {
        status = sg_ring_enter(ring, 1, SG_FOREVER);
        while (status == SG_OK && sg_ring_next(ring, &completion) == SG_OK) {
            if (completion.result < 0)
                return completion.result;
            status = arm(ring, endpoint, completion.offset, completion.token,
                         (uint32_t)completion.result);
        }
    }
    return status;
}
