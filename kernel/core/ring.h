/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's end of a ring shared with an untrusted user. The kernel believes only its own copies
   of the indices; the user's are read once and refused when they claim more than the ring has.
   in_flight + unread never exceeds the completion queue, so posting never fails. */
#pragma once

#include "abi/ring.h"
#include "core/base.h"

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

/* Sets up the indices, shared and private, over zeroed shared memory. */
void ring_init(struct ring_queues *ring, struct sg_ring_indices *indices,
               struct sg_submission *submission, uint32_t submission_count,
               struct sg_completion *completion, uint32_t completion_count);

/* Entries the user has submitted and the kernel not consumed: SG_OK or SG_BAD_RING. */
MUST_USE enum sg_status ring_pending(const struct ring_queues *ring, uint32_t *count);

/* Completions posted and not read by the user: SG_OK or SG_BAD_RING. Updates complete_head. */
MUST_USE enum sg_status ring_unread(struct ring_queues *ring, uint32_t *count);

/* Reserves one completion: SG_OK, SG_LIMIT when the queue is full, SG_BAD_RING. */
MUST_USE enum sg_status ring_reserve(struct ring_queues *ring);

/* Copies the next submission, once, into entry and consumes it; pending must not be 0. */
void ring_take(struct ring_queues *ring, struct sg_submission *entry);

/* Posts the completion of a reserved operation. Never fails. */
void ring_post(struct ring_queues *ring, const struct sg_completion *completion);
