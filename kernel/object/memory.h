/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages that can be mapped, and the futex words in them. The head frame is the header; the pages are
   the frames after it. Every mapping is a region in `mappings`, so destroying a memory unmaps it
   everywhere. */
#pragma once

#include "object/object.h"

struct memory {
    struct link mappings; /* regions, by region.link */
    struct link waiters;  /* operations waiting at a word */
    uint32_t page_count;
    uint32_t waiter_count;
};

static inline struct memory *memory_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status memory_check(const struct cspace *cspace,
                                     struct create_parameters *parameters);
void memory_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE bool memory_dismantle(uint32_t head);

/* Opcode WAIT: (byte offset, expected value): STATUS_PENDING, SG_CHANGED, SG_LIMIT or
   SG_BAD_ARGUMENT. */
MUST_USE enum sg_status memory_wait(struct invocation *invocation);

/* Opcode WAKE: (byte offset, count): completes up to that many waiters of the word. */
MUST_USE enum sg_status memory_wake(struct invocation *invocation);
