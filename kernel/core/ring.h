/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's end of a ring shared with an untrusted user. The kernel believes only its own copies
   of the indices; the user's are read once and refused when they claim more than the ring has.
   in_flight + unread never exceeds the completion queue, so posting never fails. */
#pragma once

#include "abi/ring.h"
#include "core/index.h"
#include "core/shared.h"

struct ring_queues {
    struct sg_ring_indices *indices;  /* shared */
    struct sg_submission *submission; /* shared */
    struct sg_completion *completion; /* shared */
    uint32_t submission_count;        /* a power of two */
    uint32_t completion_count;        /* a power of two */
    uint32_t submit_head;
    uint32_t complete_tail;
    uint32_t complete_head; /* the user's, as last believed */
    uint32_t in_flight;     /* completions owed */
};

/*@ predicate ring_memory_ok(struct ring_queues *ring) =
      queue_size_ok(ring->submission_count) && queue_size_ok(ring->completion_count) &&
      \valid(ring->indices) && \valid(ring->submission + (0 .. ring->submission_count - 1)) &&
      \valid(ring->completion + (0 .. ring->completion_count - 1)) &&
      \separated(ring, ring->indices, ring->submission + (0 .. ring->submission_count - 1),
                 ring->completion + (0 .. ring->completion_count - 1));
*/

#define RING_UNREAD(ring) index_ahead((ring)->complete_tail, (ring)->complete_head)

/*@ assigns \nothing;
    ensures \result <= a && \result <= b && (\result == a || \result == b);
*/
static inline uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The invariant: every completion owed has its place in the queue. */
#define RING_OK(ring) \
    (ring_memory_ok(ring) && (ring)->in_flight + RING_UNREAD(ring) <= (ring)->completion_count)

/* Sets up the private side of queues whose shared memory is zeroed. */
/*@ requires \valid(ring) && queue_size_ok(submission_count) && queue_size_ok(completion_count);
    requires \valid(indices) && \valid(submission + (0 .. submission_count - 1));
    requires \valid(completion + (0 .. completion_count - 1));
    requires \separated(ring, indices, submission + (0 .. submission_count - 1),
                        completion + (0 .. completion_count - 1));
    assigns *ring;
    ensures RING_OK(ring);
    ensures ring->submission_count == submission_count;
    ensures ring->completion_count == completion_count;
    ensures ring->submit_head == 0 && ring->in_flight == 0 && RING_UNREAD(ring) == 0;
*/
void ring_init(struct ring_queues *ring, struct sg_ring_indices *indices,
               struct sg_submission *submission, uint32_t submission_count,
               struct sg_completion *completion, uint32_t completion_count);

/* Entries the user has submitted and the kernel not consumed: SG_OK or SG_BAD_RING. */
/*@ requires \valid_read(ring) && ring_memory_ok(ring);
    requires \valid(count) && \separated(count, ring, ring->indices);
    assigns *count;
    ensures \result == SG_OK && *count <= ring->submission_count ||
            \result == SG_BAD_RING && *count == \old(*count);
*/
MUST_USE static inline enum sg_status ring_pending(const struct ring_queues *ring, uint32_t *count)
{
    uint32_t pending = index_lead(shared_load(&ring->indices->submit_tail), ring->submit_head);

    if (pending > ring->submission_count)
        return SG_BAD_RING;
    *count = pending;
    return SG_OK;
}

/* Completions posted and not read by the user: SG_OK or SG_BAD_RING. Updates complete_head. */
/*@ requires \valid(ring) && RING_OK(ring);
    requires \valid(count) && \separated(count, ring, ring->indices);
    assigns *count, ring->complete_head;
    ensures RING_OK(ring);
    ensures \result == SG_OK && *count == RING_UNREAD(ring) &&
              RING_UNREAD(ring) <= \old(RING_UNREAD(ring)) ||
            \result == SG_BAD_RING && *count == \old(*count) &&
              ring->complete_head == \old(ring->complete_head);
*/
MUST_USE static inline enum sg_status ring_unread(struct ring_queues *ring, uint32_t *count)
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

/* Submissions that are next. */
struct ring_run {
    const struct sg_submission *submission; /* shared: each word of it may be read once */
    uint32_t count;
};

/* The place of the next completion. */
/*@ requires \valid(ring) && RING_OK(ring);
    assigns \result \from ring->completion, ring->complete_tail, ring->completion_count;
    ensures \result == &ring->completion[ring->complete_tail % ring->completion_count];
*/
static inline struct sg_completion *ring_place(const struct ring_queues *ring)
{
    return &ring->completion[index_place(ring->complete_tail, ring->completion_count)];
}

/* The next submissions, as far as they and their completions have places that follow each other, at most
   `wanted`, which must not be more than are pending: SG_OK and at least one, SG_LIMIT while there is no
   room for a completion, SG_BAD_RING. */
/*@ requires \valid(ring) && RING_OK(ring) && wanted > 0;
    requires \valid(run) && \separated(run, ring, ring->indices);
    assigns *run, ring->complete_head;
    ensures RING_OK(ring);
    ensures \result == SG_OK || \result == SG_LIMIT || \result == SG_BAD_RING;
    ensures some: \result == SG_OK ==> 0 < run->count <= wanted;
    ensures room: \result == SG_OK ==>
      ring->in_flight + RING_UNREAD(ring) + run->count <= ring->completion_count;
    ensures in_turn: \result == SG_OK ==>
      run->submission == &ring->submission[ring->submit_head % ring->submission_count];
    ensures inside: \result == SG_OK ==>
      ring->submit_head % ring->submission_count + run->count <= ring->submission_count &&
      ring->complete_tail % ring->completion_count + run->count <= ring->completion_count;
    ensures full: \result == SG_LIMIT ==>
      ring->in_flight + RING_UNREAD(ring) == ring->completion_count;
    ensures free: \old(ring->in_flight + RING_UNREAD(ring)) < ring->completion_count ==>
      \result == SG_OK;
*/
MUST_USE static inline enum sg_status ring_next(struct ring_queues *ring, uint32_t wanted,
                                                struct ring_run *run)
{
    uint32_t taken = ring->in_flight + index_lead(ring->complete_tail, ring->complete_head);

    if (UNLIKELY(taken >= ring->completion_count)) {
        uint32_t unread;
        enum sg_status status = ring_unread(ring, &unread);

        if (status != SG_OK)
            return status;
        taken = ring->in_flight + unread;
        if (taken >= ring->completion_count)
            return SG_LIMIT;
    }
    uint32_t first = index_place(ring->submit_head, ring->submission_count);
    uint32_t place = index_place(ring->complete_tail, ring->completion_count);
    uint32_t count = minimum(wanted, ring->completion_count - taken);
    count = minimum(count, ring->submission_count - first);
    run->submission = &ring->submission[first];
    run->count = minimum(count, ring->completion_count - place);
    return SG_OK;
}

/* Consumes submissions of a run whose completions have been put into their places. The user learns of
   it by ring_publish. */
/*@ requires \valid(ring) && RING_OK(ring);
    requires ring->in_flight + RING_UNREAD(ring) + count <= ring->completion_count;
    assigns ring->submit_head, ring->complete_tail;
    ensures RING_OK(ring);
    ensures ring->submit_head == index_plus(\old(ring->submit_head), count);
    ensures ring->complete_tail == index_plus(\old(ring->complete_tail), count);
    ensures RING_UNREAD(ring) == \old(RING_UNREAD(ring)) + count;
*/
static inline void ring_answered(struct ring_queues *ring, uint32_t count)
{
    ring->submit_head = index_advance(ring->submit_head, count);
    ring->complete_tail = index_advance(ring->complete_tail, count);
}

/* Consumes the next submission, whose completion is owed from here on. The user learns of it by
   ring_publish. */
/*@ requires \valid(ring) && RING_OK(ring);
    requires ring->in_flight + RING_UNREAD(ring) < ring->completion_count;
    assigns ring->submit_head, ring->in_flight;
    ensures RING_OK(ring);
    ensures ring->submit_head == index_plus(\old(ring->submit_head), 1);
    ensures reserved: ring->in_flight == \old(ring->in_flight) + 1;
*/
static inline void ring_take(struct ring_queues *ring)
{
    ring->submit_head = index_advance(ring->submit_head, 1);
    ring->in_flight++;
}

/* Posts the completion of a reserved operation. Never fails. The user learns of it by ring_publish. */
/*@ requires \valid(ring) && RING_OK(ring) && ring->in_flight > 0;
    requires \valid_read(completion);
    requires \separated(completion, ring, ring->indices,
                        ring->completion + (0 .. ring->completion_count - 1));
    assigns ring->in_flight, ring->complete_tail,
            ring->completion[ring->complete_tail % ring->completion_count];
    ensures RING_OK(ring);
    ensures ring->in_flight == \old(ring->in_flight) - 1;
    ensures ring->complete_tail == index_plus(\old(ring->complete_tail), 1);
    ensures RING_UNREAD(ring) == \old(RING_UNREAD(ring)) + 1;
*/
static inline void ring_post(struct ring_queues *ring, const struct sg_completion *completion)
{
    uint32_t tail = ring->complete_tail;

    shared_post(&ring->completion[index_place(tail, ring->completion_count)], completion);
    ring->in_flight--;
    ring->complete_tail = index_advance(tail, 1);
}

/* Tells the user what was consumed and posted. */
/*@ requires \valid(ring) && RING_OK(ring);
    assigns ring->indices->submit_head, ring->indices->complete_tail;
    ensures RING_OK(ring);
*/
static inline void ring_publish(struct ring_queues *ring)
{
    struct sg_ring_indices *indices = ring->indices;

    shared_store(&indices->submit_head, ring->submit_head);
    shared_store(&indices->complete_tail, ring->complete_tail);
}
