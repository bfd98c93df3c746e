/* SPDX-License-Identifier: BSD-2-Clause */
/* A counter that completes a waiting operation. While somebody waits the counter is 0. */
#pragma once

#include "object/object.h"
#include "object/thread.h"

struct notification {
    struct link waiters;
    uint64_t count;
};

static inline struct notification *notification_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

void notification_init(struct notification *notification);

/* Adds 1 if nobody waits; false, and nothing done, if somebody does. 2^64 signals take centuries. */
/*@ requires \valid(notification) && notification->count < UINT64_MAX;
    assigns notification->count;
    ensures waits: \result == 0 <==> notification->waiters.next != &notification->waiters;
    ensures counted: notification->count == \old(notification->count) + (\result != 0 ? 1 : 0);
*/
static inline bool notification_count(struct notification *notification)
{
    if (!list_is_empty(&notification->waiters))
        return false;
    notification->count++;
    return true;
}

/* Takes the count; false when it is 0. */
/*@ requires \valid(notification) && \valid(count) && \separated(count, notification);
    assigns *count, notification->count;
    ensures taken: *count == \old(notification->count) && notification->count == 0;
    ensures some: \result != 0 <==> *count != 0;
*/
static inline bool notification_take(struct notification *notification, uint64_t *count)
{
    *count = notification->count;
    notification->count = 0;
    return *count != 0;
}

/* Has an operation wait for the counter, which is 0. */
static inline void notification_queue(struct notification *notification, struct op *op)
{
    op->status = OP_STATUS(OP_WAITING, 0);
    list_push(&notification->waiters, &op->link);
}

/* Hands 1 to an operation that waits by registers; its thread has to be woken. */
static inline void notification_give(struct op *op)
{
    list_remove(&op->link);
    op->status = OP_STATUS(OP_IDLE, 0);
    thread_set_value(op->thread, SG_OK, 1);
}

/* Adds 1, or hands 1 to the first waiter: the thread to be woken for it, or NULL. */
MUST_USE struct thread *notification_post(struct notification *notification);

/* Takes the count, or queues the operation: SG_OK, STATUS_PENDING or SG_LIMIT. */
MUST_USE enum sg_status notification_wait(struct notification *notification,
                                          struct invocation *invocation);

/* Ends some waiting operations with SG_PEER_GONE; true when none is left. */
MUST_USE bool notification_abandon(struct notification *notification);

void notification_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status notification_call(struct invocation *invocation);
MUST_USE bool notification_dismantle(uint32_t head);
