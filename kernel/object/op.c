/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/op.h"

#include "object/event.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/sched.h"
#include "object/thread.h"

_Static_assert(SG_RING_COMPLETIONS_MAX <= 1u << OP_NUMBER_BITS, "a record's number fits its token");

struct ring *op_ring(const struct op *op)
{
    return op->ring != NULL ? op->ring : op->thread->ring;
}

struct op *op_by_token(struct thread *thread, uint32_t token)
{
    struct op *held = &thread->held;

    if (token & OP_RING_TOKEN) {
        uint32_t number = token % (1u << OP_NUMBER_BITS);

        if (number >= thread->ring->records.count)
            return NULL;
        held = &thread->ring->record[number];
    }
    return held->state == OP_HELD && op_token(held) == token ? held : NULL;
}

void op_lend(struct op *caller, struct op *held)
{
    struct thread *client = caller->thread;
    struct thread *server = held->thread;
    bool is_ready = server->state == SG_THREAD_READY; /* it found the call queued */

    if (client->held.depth == OP_DEPTH_MAX)
        return;
    if (is_ready)
        sched_block(server->home);
    caller->flags |= OP_LENT;
    /* where it wants the answer, too; who waited in the queue may wait with a deadline */
    held->flags = (uint8_t)(caller->flags | (client->has_deadline ? OP_TIMED : 0));
    held->depth = client->held.depth + 1;
    if (is_ready)
        sched_ready(thread_sched(server), server);
}

/* Ends the loan that goes with a call: the caller has its sched again, and whoever worked on it, the
   last of a chain of servers, goes on on that of the first. OP_DEPTH_MAX bounds the walk. */
static void take_back(struct op *held)
{
    struct thread *client = held->peer->thread;
    struct thread *worker = held->thread;

    held->status = OP_STATUS(OP_HELD, 0);
    held->peer->flags &= (uint8_t)~OP_LENT;
    sched_take_back(thread_sched(client), client);
    while (thread_has_lent(worker))
        worker = worker->op.peer->thread;
    if (worker->state == SG_THREAD_READY) {
        worker->short_slot_count = 0; /* its CPU, which may be another one, has to look first */
        sched_ready_beside(thread_sched(worker), worker, thread_sched(client));
    }
}

/* Parts a HELD record from its caller, if that is still there. */
static inline void part(struct op *held)
{
    if (held == NULL || held->peer == NULL)
        return;
    if (held->flags & OP_LENT)
        take_back(held);
    held->peer->peer = NULL;
    held->peer = NULL;
}

void op_release(struct op *held)
{
    part(held);
    if (held->ring != NULL)
        ring_give_record(held);
    else
        held->status = OP_STATUS(OP_IDLE, 0);
}

RARELY void op_drop(struct op *held, enum sg_status status)
{
    struct op *caller = held->peer;

    op_release(held);
    if (caller != NULL)
        op_fail(caller, status);
}

void op_unqueue(struct op *op)
{
    list_remove(&op->link);
    if (op->flags & OP_FUTEX)
        memory_at(op->object)->waiter_count--;
    op->flags &= (uint8_t) ~(OP_FUTEX | OP_SERVER);
}

void op_abandon(struct op *op)
{
    if (op->state == OP_DELIVERED)
        part(op->peer);
    else if (op->state != OP_IDLE && op->state != OP_HELD)
        op_unqueue(op);
    op->state = OP_IDLE;
}

struct op *invocation_record(const struct invocation *invocation)
{
    struct op *op =
        invocation->ring != NULL ? ring_take_record(invocation->ring) : &invocation->thread->op;

    if (op != NULL) {
        op->status = OP_STATUS(OP_IDLE, 0);
        op->user_data = invocation->user_data;
    }
    return op;
}

void op_complete(struct op *op, struct sg_completion *completion)
{
    struct ring *ring = op->ring;

    op_abandon(op);
    if (op->flags & OP_FAULT) {
        thread_stop(op->thread);
    } else if (ring == NULL) {
        thread_set_result(op->thread, completion);
        thread_wake(op->thread);
    } else {
        completion->user_data = op->user_data;
        ring_give_record(op);
        ring_complete(ring, completion);
    }
}

void op_fail(struct op *op, enum sg_status status)
{
    struct sg_completion completion = {.result = status};

    EVENT(SG_EVENT_END, event_owner(op), event_call(op) | (uint64_t)(uint32_t)status << 32);
    op_complete(op, &completion);
}
