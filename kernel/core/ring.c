/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ring.h"

void ring_init(struct ring_queues *ring, struct sg_ring_indices *indices,
               struct sg_submission *submission, uint32_t submission_count,
               struct sg_completion *completion, uint32_t completion_count)
{
    *ring = (struct ring_queues){.indices = indices,
                                 .submission = submission,
                                 .completion = completion,
                                 .submission_count = submission_count,
                                 .completion_count = completion_count};
}
