/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/ring.h>
#include <signet/startup.h>

#include "bench.h"

#define COUNT 320u /* divisible by every batch */
#define BATCH 32u
#define MESSAGE_BYTES 64u

static int64_t fill(struct sg_ring *ring, const struct sg_submission *submission, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct sg_submission *place = sg_ring_place(ring);

        if (place == NULL)
            return SG_LIMIT;
        *place = *submission;
        sg_ring_push(ring);
    }
    return sg_ring_enter(ring, count, SG_FOREVER);
}

/* Takes what has completed; the first error ends it. */
static int64_t collect(struct sg_ring *ring)
{
    const struct sg_completion *completion;

    while ((completion = sg_ring_peek(ring)) != NULL) {
        if (completion->result < 0)
            return completion->result;
        sg_ring_pop(ring);
    }
    return 0;
}

struct load {
    struct sg_submission submission;
    uint32_t batch;
};

static int64_t run(const void *context, uint64_t count)
{
    const struct load *load = context;
    struct sg_ring *ring = sg_own_ring();
    int64_t status = 0;

    for (uint64_t i = 0; i < count && status >= 0; i += load->batch) {
        status = fill(ring, &load->submission, load->batch);
        if (status >= 0)
            status = collect(ring);
    }
    return status;
}

static void measure_nop(const char *name, uint32_t batch)
{
    struct load load = {.submission = {.opcode = SG_OP_NOP}, .batch = batch};

    measure(name, run, &load, COUNT);
}

static void measure_asynchronous_calls(void)
{
    struct sg_handle peer = sg_capability("ring");
    struct load load = {
        .submission = {.opcode = SG_OP_CALL,
                       .handle_index = peer.index,
                       .handle_generation = peer.generation,
                       .message = {.send_length = MESSAGE_BYTES, .receive_length = MESSAGE_BYTES}},
        .batch = BATCH};
    void *buffer;
    enum sg_status status =
        sg_ring_buffer(sg_own_ring(), MESSAGE_BYTES, &load.submission.message.send_offset, &buffer);

    if (status != SG_OK) {
        report_failure("async_call_32", status);
        return;
    }
    load.submission.message.receive_offset = load.submission.message.send_offset;
    measure("async_call_32", run, &load, COUNT);
}

void measure_rings(void)
{
    measure_nop("ring_nop_1", 1);
    measure_nop("ring_nop_8", 8);
    measure_nop("ring_nop_32", BATCH);
    measure_asynchronous_calls();
}
