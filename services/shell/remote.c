/* SPDX-License-Identifier: BSD-2-Clause */
#include "remote.h"

#include <string.h>

struct remote {
    struct sg_operation call;   /* first: its address is the remote's */
    struct sg_operation cancel; /* its own completion tells nothing */
    uint32_t request, reply;    /* in the arena */
    uint32_t request_bytes, reply_bytes;
    bool is_done;
    int32_t result;
};

static void call_done(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct remote *remote = (struct remote *)operation;

    remote->is_done = true;
    remote->result = completion->result;
}

static void cancel_done(struct sg_operation *operation, const struct sg_completion *completion)
{
    (void)operation;
    (void)completion;
}

static enum sg_status take_buffers(struct remote *remote, const struct sg_rpc_buffers *buffers)
{
    struct sg_ring *ring = sg_own_ring();
    enum sg_status status;
    void *bytes, *reply;

    remote->request_bytes = buffers->request_length > 0 ? buffers->request_length : 1;
    remote->reply_bytes = buffers->reply_capacity + SG_RPC_ENVELOPE_BYTES;
    status = sg_ring_buffer(ring, remote->request_bytes, &remote->request, &bytes);
    if (status != SG_OK)
        return status;
    status = sg_ring_buffer(ring, remote->reply_bytes, &remote->reply, &reply);
    if (status != SG_OK)
        sg_ring_buffer_free(ring, remote->request, remote->request_bytes);
    else
        memcpy(bytes, buffers->request, buffers->request_length);
    return status;
}

static void give_buffers(const struct remote *remote)
{
    sg_ring_buffer_free(sg_own_ring(), remote->request, remote->request_bytes);
    sg_ring_buffer_free(sg_own_ring(), remote->reply, remote->reply_bytes);
}

static enum sg_status submit(struct input *input, struct remote *remote, struct sg_handle service,
                             uint16_t method, uint32_t request_length)
{
    struct sg_submission entry = {
        .opcode = SG_OP_CALL,
        .method = method,
        .handle_index = service.index,
        .handle_generation = service.generation,
        .message = {.send_offset = remote->request,
                    .send_length = request_length,
                    .receive_offset = remote->reply,
                    .receive_length = remote->reply_bytes},
    };

    return sg_loop_submit(&input->loop, &entry, &remote->call);
}

/* The buffers are in use until the call's own completion is there, cancelled or not. */
static void wait_until_done(struct input *input, struct remote *remote)
{
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {(uintptr_t)&remote->call}};

    while (!remote->is_done) {
        input_wait(input);
        if (!remote->is_done && input_interrupted(input))
            (void)sg_loop_submit(&input->loop, &cancel, &remote->cancel);
    }
}

static int take_reply(const struct remote *remote, const struct sg_rpc_buffers *buffers,
                      uint32_t *reply_length)
{
    const uint8_t *bytes = sg_ring_at(sg_own_ring(), remote->reply);
    uint32_t status;

    if (remote->result < 0)
        return remote->result;
    if (remote->result < (int32_t)SG_RPC_ENVELOPE_BYTES ||
        (uint32_t)remote->result > remote->reply_bytes)
        return SG_RPC_BAD_MESSAGE;
    memcpy(&status, bytes, sizeof status);
    if (status != SG_RPC_OK)
        return status > INT32_MAX ? SG_RPC_BAD_MESSAGE : (int)status;
    *reply_length = (uint32_t)remote->result - SG_RPC_ENVELOPE_BYTES;
    memcpy(buffers->reply, bytes + SG_RPC_ENVELOPE_BYTES, *reply_length);
    return SG_RPC_OK;
}

int remote_call(struct input *input, struct sg_handle service, uint16_t method,
                const struct sg_rpc_buffers *buffers, uint32_t *reply_length)
{
    /* Outlives the call: a CANCEL may complete after the call it was for. */
    static struct remote remote;
    int status;

    remote = (struct remote){.call.done = call_done, .cancel.done = cancel_done};
    status = take_buffers(&remote, buffers);
    if (status != SG_OK)
        return status;
    status = submit(input, &remote, service, method, buffers->request_length);
    if (status == SG_OK) {
        wait_until_done(input, &remote);
        status = take_reply(&remote, buffers, reply_length);
    }
    give_buffers(&remote);
    return status;
}
