/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring as an object: the kernel's side of the queues, the arena, and the records of operations in
   flight. One thread submits on it. The shared pages are the object's last frames. */
#pragma once

#include "core/message.h"
#include "core/ring.h"
#include "object/object.h"
#include "object/op.h"

struct ring {
    struct ring_queues queues;
    uint8_t *arena;
    uint32_t arena_size;
    uint32_t opcode_mask;
    struct thread *thread; /* bound to it, or NULL */
    struct pool records;
    struct op *record;
    uint32_t shared_frame;
    uint32_t shared_pages;
    struct link mappings; /* regions, by region.link */
};

_Static_assert(sizeof(struct ring) <= 256, "abi/object.h: sg_object_frames");

static inline struct ring *ring_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status ring_check(const struct cspace *cspace,
                                   struct create_parameters *parameters);
void ring_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE bool ring_dismantle(uint32_t head);

/* Takes an IDLE record, or returns NULL when all are in use. */
MUST_USE struct op *ring_take_record(struct ring *ring);
void ring_give_record(struct op *op);

/* Posts the completion of a reserved operation and wakes the thread if that is what it waited for. */
void ring_complete(struct ring *ring, const struct sg_completion *completion);

/* Ends at most `limit` operations and held calls because the thread leaves; true when none is
   left. */
MUST_USE bool ring_abort(struct ring *ring, uint32_t limit);

/* Withdraws the in-flight operation with this user_data: SG_OK or SG_NOT_FOUND. */
MUST_USE enum sg_status ring_cancel(struct ring *ring, uint64_t user_data);

/* The thread whose operation it is, and in whose cspace its capabilities are; NULL: its ring has none. */
static inline struct thread *op_thread(const struct op *op)
{
    return op->ring != NULL ? op->ring->thread : op->thread;
}
