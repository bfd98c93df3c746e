/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ring.h"

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
