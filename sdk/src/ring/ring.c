/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/ring.h"

#include "signet/syscall.h"

static int is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

enum sg_status sg_ring_init(struct sg_ring *ring, void *address, struct sg_ring_geometry geometry)
{
    if (!is_power_of_two(geometry.submissions) || !is_power_of_two(geometry.completions) ||
        geometry.submissions > geometry.completions ||
        geometry.completions > SG_RING_COMPLETIONS_MAX || geometry.pages > SG_RING_PAGES_MAX)
        return SG_BAD_ARGUMENT;
    uint32_t completions_at =
        SG_RING_QUEUE_OFFSET + geometry.submissions * (uint32_t)sizeof(struct sg_submission);
    uint32_t arena_at =
        completions_at + geometry.completions * (uint32_t)sizeof(struct sg_completion);
    if (arena_at > geometry.pages * 4096u)
        return SG_BAD_ARGUMENT;
    uint8_t *base = address;
    *ring = (struct sg_ring){
        .indices = address,
        .submission = (struct sg_submission *)(base + SG_RING_QUEUE_OFFSET),
        .completion = (struct sg_completion *)(base + completions_at),
        .arena = base + arena_at,
        .submission_count = geometry.submissions,
        .completion_count = geometry.completions,
        .arena_bytes = geometry.pages * 4096u - arena_at,
    };
    return SG_OK;
}

uint32_t sg_ring_pending(const struct sg_ring *ring)
{
    return ring->indices->submit_tail -
           __atomic_load_n(&ring->indices->submit_head, __ATOMIC_ACQUIRE);
}

enum sg_status sg_ring_submit(struct sg_ring *ring, const struct sg_submission *submission)
{
    struct sg_submission *place;

    if (sg_ring_places(ring, 1, &place) == 0) {
        struct sg_enter_result entered = sg_enter(ring->submission_count, 0, 0, 0);
        if (entered.status != SG_OK)
            return entered.status;
        if (sg_ring_places(ring, 1, &place) == 0)
            return SG_LIMIT; /* until completions are read */
    }
    *place = *submission;
    sg_ring_push(ring, 1);
    return SG_OK;
}

enum sg_status sg_ring_enter(struct sg_ring *ring, uint32_t wait, uint64_t deadline_ns)
{
    return sg_enter(ring->submission_count, wait, deadline_ns, sg_until(deadline_ns)).status;
}

enum sg_status sg_ring_next(struct sg_ring *ring, struct sg_completion *completion)
{
    const struct sg_completion *oldest;

    if (sg_ring_peek(ring, &oldest) == 0)
        return SG_NOT_FOUND;
    *completion = *oldest;
    sg_ring_pop(ring, 1);
    return SG_OK;
}
