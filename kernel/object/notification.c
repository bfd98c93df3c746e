/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/notification.h"

#include "object/thread.h"

#define DISMANTLE_MAX 32u

void notification_init(struct notification *notification)
{
    list_init(&notification->waiters);
    notification->count = 0;
}

struct thread *notification_post(struct notification *notification)
{
    if (notification_count(notification))
        return NULL;
    struct op *op = CONTAINER_OF(notification->waiters.next, struct op, link);
    if (UNLIKELY(op->ring != NULL)) {
        op_complete(op, &(struct sg_completion){.badge = 1});
        return NULL;
    }
    notification_give(op);
    return op->thread;
}

enum sg_status notification_wait(struct notification *notification, struct invocation *invocation)
{
    if (notification_take(notification, &invocation->value))
        return SG_OK;
    struct op *op = invocation_record(invocation);
    if (op == NULL)
        return SG_LIMIT;
    notification_queue(notification, op);
    return STATUS_PENDING;
}

bool notification_abandon(struct notification *notification)
{
    struct link *waiters = &notification->waiters;

    for (uint32_t i = 0; i < DISMANTLE_MAX && !list_is_empty(waiters); i++)
        op_fail(CONTAINER_OF(waiters->next, struct op, link), SG_PEER_GONE);
    return list_is_empty(waiters);
}

void notification_create(uint32_t head, UNUSED const struct create_parameters *parameters)
{
    notification_init(notification_at(head));
}

enum sg_status notification_call(struct invocation *invocation)
{
    struct notification *notification = notification_at(invocation->target.object);
    struct thread *woken;

    switch (invocation->method) {
    case SG_NOTIFICATION_SIGNAL:
        woken = notification_post(notification);
        if (woken != NULL)
            thread_wake(woken);
        return SG_OK;
    case SG_NOTIFICATION_WAIT:
        return notification_wait(notification, invocation);
    default:
        return SG_BAD_OPERATION;
    }
}

bool notification_dismantle(uint32_t head)
{
    return notification_abandon(notification_at(head));
}
