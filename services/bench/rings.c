/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/ring.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#include <string.h>

#include "bench.h"

#define COUNT 320u /* divisible by every batch */
#define BATCH 32u
#define MESSAGE_BYTES 64u

/* A submission is four of these: as many registers. */
typedef uint64_t quarter __attribute__((vector_size(16), may_alias));

struct load {
    quarter submission[4];
    uint32_t batch;
};

/* Puts a submission into the queue `count` times. */
static enum sg_status fill(const struct sg_ring *ring, const quarter submission[4], uint32_t count)
{
    const quarter a = submission[0], b = submission[1], c = submission[2], d = submission[3];
    struct sg_submission *place;

    do {
        uint32_t row = sg_ring_places(ring, count, &place);
        if (row == 0)
            return SG_LIMIT;
        quarter *to = (quarter *)place;
        const struct sg_submission *end = place + row;
        do {
            to[0] = a;
            to[1] = b;
            to[2] = c;
            to[3] = d;
            to += 4;
        } while (to != (const quarter *)end);
        sg_ring_push(ring, row);
        count -= row;
    } while (count != 0);
    return SG_OK;
}

/* Takes `count` completions; their results, one upon the other: negative if one is. */
static int32_t collect(const struct sg_ring *ring, uint32_t count)
{
    const struct sg_completion *completion;
    int32_t results = 0;

    do {
        uint32_t row = sg_ring_peek(ring, &completion);
        const struct sg_completion *end = completion + row;
        for (; completion != end; completion++)
            results |= completion->result;
        sg_ring_pop(ring, row);
        count -= row;
    } while (count != 0);
    return results;
}

static int64_t run(const void *context, uint64_t count)
{
    const struct load *load = context;
    const struct sg_ring *ring = sg_own_ring();
    uint32_t batch = load->batch;
    int64_t status;

    do {
        status = fill(ring, load->submission, batch);
        if (status != SG_OK)
            break;
        status = sg_enter(batch, batch, SG_FOREVER, 0).status;
        if (status != SG_OK)
            break;
        status = collect(ring, batch);
        count -= batch;
    } while (count != 0 && status >= 0);
    return status;
}

static void measure_ring(const char *name, const struct sg_submission *submission, uint32_t batch)
{
    struct load load = {.batch = batch};

    memcpy(load.submission, submission, sizeof load.submission);
    measure(name, run, &load, COUNT);
}

static void measure_nop(const char *name, uint32_t batch)
{
    measure_ring(name, &(struct sg_submission){.opcode = SG_OP_NOP}, batch);
}

static void measure_asynchronous_calls(void)
{
    struct sg_handle peer = sg_capability("ring");
    struct sg_submission call = {
        .opcode = SG_OP_CALL,
        .handle_index = peer.index,
        .handle_generation = peer.generation,
        .message = {.send_length = MESSAGE_BYTES, .receive_length = MESSAGE_BYTES}};
    void *buffer;
    enum sg_status status =
        sg_ring_buffer(sg_own_ring(), MESSAGE_BYTES, &call.message.send_offset, &buffer);

    if (status != SG_OK) {
        report_failure("async_call_32", status);
        return;
    }
    call.message.receive_offset = call.message.send_offset;
    measure_ring("async_call_32", &call, BATCH);
}

void measure_rings(void)
{
    measure_nop("ring_nop_1", 1);
    measure_nop("ring_nop_8", 8);
    measure_nop("ring_nop_32", BATCH);
    measure_asynchronous_calls();
}
