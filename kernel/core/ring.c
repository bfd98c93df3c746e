/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ring.h"

#include "core/shared.h"

#define WRAP UINT64_C(0x100000000)

/* How far a free-running index is ahead of another. */
/*@ assigns \nothing;
    ensures \result == index_ahead(tail, head);
*/
static inline uint32_t ahead(uint32_t tail, uint32_t head)
{
    return (uint32_t)((tail + WRAP - head) % WRAP);
}

/* The index after this one. */
/*@ assigns \nothing;
    ensures \result == index_plus(index, 1);
*/
static inline uint32_t next(uint32_t index)
{
    return (uint32_t)((index + UINT64_C(1)) % WRAP);
}

/* The entry an index names in a queue of a power of two entries. */
/*@ requires queue_size_ok(count);
    assigns \nothing;
    ensures \result == index % count;
    ensures \result < count;
*/
static inline uint32_t place(uint32_t index, uint32_t count)
{
    //@ assert of_2: count == 2 ==> (index & (count - 1)) == index % 2;
    //@ assert of_4: count == 4 ==> (index & (count - 1)) == index % 4;
    //@ assert of_8: count == 8 ==> (index & (count - 1)) == index % 8;
    //@ assert of_16: count == 16 ==> (index & (count - 1)) == index % 16;
    //@ assert of_32: count == 32 ==> (index & (count - 1)) == index % 32;
    //@ assert of_64: count == 64 ==> (index & (count - 1)) == index % 64;
    //@ assert of_128: count == 128 ==> (index & (count - 1)) == index % 128;
    //@ assert of_256: count == 256 ==> (index & (count - 1)) == index % 256;
    return index & (count - 1);
}

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
    uint32_t pending = ahead(shared_load(&ring->indices->submit_tail), ring->submit_head);

    if (pending > ring->submission_count)
        return SG_BAD_RING;
    *count = pending;
    return SG_OK;
}

enum sg_status ring_unread(struct ring_queues *ring, uint32_t *count)
{
    uint32_t head = shared_load(&ring->indices->complete_head);
    uint32_t unread = ahead(ring->complete_tail, head);

    /* The user only ever reads on: what was read once cannot become unread. */
    if (unread > ahead(ring->complete_tail, ring->complete_head))
        return SG_BAD_RING;
    ring->complete_head = head;
    *count = unread;
    return SG_OK;
}

enum sg_status ring_reserve(struct ring_queues *ring)
{
    uint32_t unread = ahead(ring->complete_tail, ring->complete_head);
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
    uint32_t slot = place(head, ring->submission_count);

    /*@ assert in_turn: slot == \at(ring->submit_head, Pre) % ring->submission_count; */
    shared_fetch(entry, &ring->submission[slot]);
    ring->submit_head = next(head);
    shared_store(&ring->indices->submit_head, ring->submit_head);
}

void ring_post(struct ring_queues *ring, const struct sg_completion *completion)
{
    uint32_t tail = ring->complete_tail;

    shared_post(&ring->completion[place(tail, ring->completion_count)], completion);
    ring->in_flight--;
    ring->complete_tail = next(tail);
    shared_store(&ring->indices->complete_tail, ring->complete_tail);
}
