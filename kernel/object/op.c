/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/op.h"

#include "object/endpoint.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/sched.h"
#include "object/thread.h"

#define DONATION_DEPTH_MAX 8u

_Static_assert(SG_RING_COMPLETIONS_MAX <= 1u << OP_NUMBER_BITS, "a record's number fits its token");

struct ring *op_ring(const struct op *op)
{
    return op->ring != NULL ? op->ring : op->thread->ring;
}

struct op *op_by_token(struct thread *thread, uint32_t token)
{
    struct op *held = &thread->held;

    if (!(token & OP_REGISTER_TOKEN)) {
        uint32_t number = token % (1u << OP_NUMBER_BITS);

        if (number >= thread->ring->records.count)
            return NULL;
        held = &thread->ring->record[number];
    }
    return held->state == OP_HELD && op_token(held) == token ? held : NULL;
}

void op_donate(struct op *caller, struct op *held)
{
    struct thread *client = caller->thread;
    struct thread *server = held->thread;
    struct sched *sched = client->sched;

    if (sched == NULL || server->sched != server->home)
        return;
    uint8_t depth = client->held.donated == sched ? (uint8_t)(client->held.depth + 1) : 0;
    if (depth == DONATION_DEPTH_MAX)
        return;
    held->depth = depth;
    if (server->home != NULL)
        server->home->thread = NULL;
    held->donated = sched;
    client->sched = NULL;
    sched_hand_over(sched, server);
    if (server->state == SG_THREAD_READY) { /* it found the call queued and has its own to leave */
        sched_block(server->home);
        sched_ready(sched);
    }
}

/* Puts a thread that ran on a donated sched back on its own. */
static void go_home(struct thread *thread)
{
    thread->sched = thread->home;
    if (thread->home == NULL)
        return;
    thread->home->thread = thread;
    if (thread->state == SG_THREAD_READY)
        sched_ready(thread->home);
}

/* Takes the sched lent with a held call back to its caller, from however many servers it was lent on
   to; DONATION_DEPTH_MAX bounds the walk. */
static void give_back(struct op *held)
{
    struct sched *sched = held->donated;
    struct thread *client = held->peer->thread;

    held->flags = 0;
    if (sched == NULL)
        return;
    for (struct op *hop = held; hop != NULL && hop->donated == sched; hop = hop->thread->op.peer) {
        hop->donated = NULL;
        hop->depth = 0;
        hop->flags = 0;
        go_home(hop->thread);
        if (hop->thread->op.state != OP_DELIVERED)
            break;
    }
    sched_hand_over(sched, client); /* if it is current, schedule() finds the client */
}

void op_release(struct op *held)
{
    struct op *caller = held->peer;

    if (caller != NULL) {
        give_back(held);
        caller->peer = NULL;
        held->peer = NULL;
    }
    if (held->ring != NULL)
        ring_give_record(held);
    else
        held->state = OP_IDLE;
}

void op_drop(struct op *held, enum sg_status status)
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
    if (op->flags & OP_PLAIN)
        endpoint_at(op->object)->server = NULL;
    op->flags &= (uint8_t) ~(OP_FUTEX | OP_PLAIN);
}

/* Takes an operation out of wherever it is queued or held. */
static void detach(struct op *op)
{
    switch ((enum op_state)op->state) {
    case OP_CALLING:
    case OP_RECEIVING:
    case OP_WAITING:
        op_unqueue(op);
        break;
    case OP_DELIVERED:
        if (op->peer != NULL) {
            give_back(op->peer);
            op->peer->peer = NULL;
            op->peer = NULL;
        }
        break;
    case OP_IDLE:
    case OP_HELD:
        break;
    }
    op->state = OP_IDLE;
}

void op_abandon(struct op *op)
{
    detach(op);
}

void op_complete(struct op *op, struct sg_completion *completion)
{
    struct ring *ring = op->ring;

    detach(op);
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

    op_complete(op, &completion);
}
