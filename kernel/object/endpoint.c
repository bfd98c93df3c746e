/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/endpoint.h"

#include "object/event.h"
#include "object/message_copy.h"
#include "object/ring.h"
#include "object/thread.h"

#define FAILURES_MAX 8u   /* undeliverable calls one receive passes by */
#define DISMANTLE_MAX 32u /* operations ended a step */

/* What a client capability may carry: its methods, and generic operations but for DESTROY. */
#define CLIENT_RIGHTS (SG_RIGHTS_ALL >> 2 & ~SG_BIT(SG_DESTROY))

struct thread endpoint_nobody;

void endpoint_create(uint32_t head, UNUSED const struct create_parameters *parameters)
{
    struct endpoint *endpoint = endpoint_at(head);

    list_init(&endpoint->callers);
    list_init(&endpoint->receivers);
    endpoint->server = &endpoint_nobody;
}

/* (badge, rights mask) */
RARELY enum sg_status endpoint_call(struct invocation *invocation)
{
    if (invocation->method != SG_ENDPOINT_MINT)
        return SG_BAD_OPERATION;
    /* A client minted through a lease dies with it. */
    struct capability client = capability_in(invocation->target.slot);
    client.type = SG_TYPE_CLIENT;
    client.badge = invocation->argument[0];
    client.rights = rights_attenuate(CLIENT_RIGHTS, invocation->argument[1]) | SG_BIT(SG_RELEASE);
    return invocation_return(invocation, &client);
}

/* Delivers a call to a receiver, whose operation ends as the record that holds the call. */
static enum sg_status rendezvous(struct op *caller, struct op *receiver)
{
    struct ring *ring = receiver->ring;
    struct delivery delivery;
    enum sg_status status = message_copy(caller, receiver, &delivery);

    if (status != SG_OK)
        return status;
    struct op *held = ring != NULL ? receiver : &receiver->thread->held;
    EVENT(SG_EVENT_RECEIVE, event_owner(receiver), event_call(caller));
    op_unqueue(caller);
    op_unqueue(receiver);
    receiver->state = OP_IDLE;
    op_hold(caller, held);
    struct sg_completion completion = {.result = (int32_t)delivery.length,
                                       .method = caller->method,
                                       .caps = delivery.caps,
                                       .flags = delivery.flags,
                                       .badge = caller->badge,
                                       .token = op_token(held),
                                       .offset = delivery.offset};
    if (ring != NULL) {
        completion.user_data = receiver->user_data;
        ring_complete(ring, &completion);
        return SG_OK;
    }
    if (caller->ring == NULL && !(caller->flags & OP_FAULT))
        op_lend(caller, held);
    thread_set_result(receiver->thread, &completion);
    thread_wake(receiver->thread);
    return SG_OK;
}

/* The receiver that is next, or NULL. */
struct op *endpoint_first_receiver(const struct endpoint *endpoint)
{
    if (endpoint->server->op.flags & OP_SERVER)
        return &endpoint->server->op;
    if (list_is_empty(&endpoint->receivers))
        return NULL;
    return CONTAINER_OF(endpoint->receivers.next, struct op, link);
}

/* Authority is checked when the operation runs: one whose capability died while it was queued takes no
   part. (That of a `server` is not leased, and lives as long as the endpoint.) */
static enum sg_status check_authority(const struct op *op)
{
    struct capability used = {.object = op->object, .epoch = op->epoch, .flags = op->slot_flags};
    uint32_t object;

    return capability_follow(&used, &object);
}

enum sg_status endpoint_send(uint32_t head, struct op *caller)
{
    struct endpoint *endpoint = endpoint_at(head);

    EVENT(SG_EVENT_CALL, head, event_call(caller) | (uint64_t)caller->method << 32);
    for (uint32_t i = 0; i < FAILURES_MAX; i++) {
        struct op *receiver = endpoint_first_receiver(endpoint);

        if (receiver == NULL) {
            endpoint_unserve(endpoint->server);
            caller->state = OP_CALLING;
            list_push(&endpoint->callers, &caller->link);
            return STATUS_PENDING;
        }
        enum sg_status status = receiver->flags & OP_SERVER ? SG_OK : check_authority(receiver);
        if (status == SG_OK) {
            status = rendezvous(caller, receiver);
            return status == SG_OK ? STATUS_PENDING : status;
        }
        op_fail(receiver, status);
        cpu_work(WORK_MAX);
    }
    return SG_AGAIN;
}

enum sg_status endpoint_receive(uint32_t head, struct op *receiver)
{
    struct endpoint *endpoint = endpoint_at(head);

    for (uint32_t i = 0; i < FAILURES_MAX; i++) {
        if (list_is_empty(&endpoint->callers)) {
            receiver->state = OP_RECEIVING;
            list_push(&endpoint->receivers, &receiver->link);
            return STATUS_PENDING;
        }
        struct op *caller = CONTAINER_OF(endpoint->callers.next, struct op, link);
        enum sg_status status = check_authority(caller);
        if (status == SG_OK)
            status = rendezvous(caller, receiver);
        if (status == SG_OK)
            return STATUS_PENDING;
        op_fail(caller, status);
        cpu_work(WORK_MAX);
    }
    return SG_AGAIN;
}

void endpoint_prefer(struct op *receiver)
{
    struct endpoint *endpoint = endpoint_at(receiver->object);
    struct thread *thread = receiver->thread;

    if (receiver->slot_flags != 0 ||
        (endpoint->server != &endpoint_nobody && endpoint->server != thread) ||
        endpoint->receivers.next != endpoint->receivers.prev)
        return;
    endpoint_unserve(thread);
    list_remove(&receiver->link);
    receiver->flags |= OP_SERVER;
    endpoint->server = thread;
    thread->serves = receiver->object;
}

void endpoint_unserve(struct thread *thread)
{
    if (thread->serves != FRAME_NONE)
        endpoint_at(thread->serves)->server = &endpoint_nobody;
    thread->serves = FRAME_NONE;
}

enum sg_status endpoint_reply(struct op *held, const struct op *answer)
{
    struct op *caller = held->peer;
    struct delivery delivery;

    if (caller == NULL) {
        op_release(held);
        return SG_PEER_GONE;
    }
    EVENT(SG_EVENT_REPLY, 0, event_call(caller));
    if (caller->flags & OP_FAULT) {
        struct thread *thread = caller->thread;

        op_release(held);
        caller->state = OP_IDLE;
        thread_answer_fault(thread, answer->method);
        return SG_OK;
    }
    enum sg_status status = message_copy(answer, caller, &delivery);
    if (status != SG_OK)
        return status;
    op_release(held);
    struct sg_completion completion = {.result = (int32_t)delivery.length,
                                       .method = answer->method,
                                       .caps = delivery.caps,
                                       .flags = delivery.flags,
                                       .offset = delivery.offset};
    op_complete(caller, &completion);
    return SG_OK;
}

/* Any operation that waits, or NULL. */
static struct op *first_waiting(const struct endpoint *endpoint)
{
    if (!list_is_empty(&endpoint->callers))
        return CONTAINER_OF(endpoint->callers.next, struct op, link);
    return endpoint_first_receiver(endpoint);
}

RARELY bool endpoint_dismantle(uint32_t head)
{
    struct endpoint *endpoint = endpoint_at(head);
    struct op *op;

    for (uint32_t i = 0; (op = first_waiting(endpoint)) != NULL && i < DISMANTLE_MAX; i++)
        op_fail(op, SG_PEER_GONE);
    if (op == NULL)
        endpoint_unserve(endpoint->server);
    return op == NULL;
}
