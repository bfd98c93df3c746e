/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ring.h"

#include "core/index.h"
#include "core/shared.h"

void ring_init(struct ring_queues *ring, struct sg_ring_indices *indices,
               struct sg_submission *submission, uint32_t submission_count,
               struct sg_completion *completion, uint32_t completion_count)
{
    ring->indices = indices;
    ring->submission = submission;
    ring->completion = completion;
    ring->submission_count = submission_count;
    ring->completion_count = completion_count;
    ring->submit_head = 0;
    ring->complete_tail = 0;
    ring->complete_head = 0;
    ring->in_flight = 0;
    shared_store(&indices->submit_tail, 0);
    shared_store(&indices->submit_head, 0);
    shared_store(&indices->complete_tail, 0);
    shared_store(&indices->complete_head, 0);
}

enum sg_status ring_pending(const struct ring_queues *ring, uint32_t *count)
{
    uint32_t pending = index_lead(shared_load(&ring->indices->submit_tail), ring->submit_head);

    if (pending > ring->submission_count)
        return SG_BAD_RING;
    *count = pending;
    return SG_OK;
}

enum sg_status ring_unread(struct ring_queues *ring, uint32_t *count)
{
    uint32_t head = shared_load(&ring->indices->complete_head);
    uint32_t unread = index_lead(ring->complete_tail, head);

    /* The user only ever reads on: what was read once cannot become unread. */
    if (unread > index_lead(ring->complete_tail, ring->complete_head))
        return SG_BAD_RING;
    ring->complete_head = head;
    *count = unread;
    return SG_OK;
}

enum sg_status ring_reserve(struct ring_queues *ring)
{
    uint32_t unread = index_lead(ring->complete_tail, ring->complete_head);
    enum sg_status status;

    if (ring->in_flight + unread >= ring->completion_count) {
        status = ring_unread(ring, &unread);
        if (status != SG_OK)
            return status;
        if (ring->in_flight + unread >= ring->completion_count)
            return SG_LIMIT;
    }
    ring->in_flight++;
    return SG_OK;
}

void ring_take(struct ring_queues *ring, struct sg_submission *entry)
{
    uint32_t head = ring->submit_head;
    uint32_t slot = index_place(head, ring->submission_count);

    /*@ assert in_turn: slot == \at(ring->submit_head, Pre) % ring->submission_count; */
    shared_fetch(entry, &ring->submission[slot]);
    ring->submit_head = index_advance(head, 1);
    shared_store(&ring->indices->submit_head, ring->submit_head);
}

void ring_post(struct ring_queues *ring, const struct sg_completion *completion)
{
    uint32_t tail = ring->complete_tail;

    shared_post(&ring->completion[index_place(tail, ring->completion_count)], completion);
    ring->in_flight--;
    ring->complete_tail = index_advance(tail, 1);
    shared_store(&ring->indices->complete_tail, ring->complete_tail);
}
