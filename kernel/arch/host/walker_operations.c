/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations: each in exactly the list its state says, peers name each other, and every ring owes as
   many completions as it has operations in flight. */
#include "walker.h"

#include "host.h"
#include "object/endpoint.h"
#include "object/irq.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/thread.h"

#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("walker: " __VA_ARGS__))
#define OPERATIONS_MAX 100000u

/* How many operations are in a state, and how many the lists of that state hold. */
struct census {
    uint32_t in_state[OP_WAITING + 1];
    uint32_t in_lists[OP_WAITING + 1];
};

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

static bool is_in_list(const struct op *op)
{
    return op->state == OP_CALLING || op->state == OP_WAITING ||
           (op->state == OP_RECEIVING && !(op->flags & OP_SERVER));
}

/* A server's receive is its endpoint's; a lent sched goes with a call by registers at both its ends. */
static void check_short(const struct op *op)
{
    bool is_receive = op->state == OP_RECEIVING;

    EXPECT(!(op->flags & (OP_SERVER | OP_LENT)) || op->ring == NULL,
           "an operation of a ring with flags %u", op->flags);
    EXPECT(!(op->flags & OP_SERVER) ||
               (is_receive && op == &op->thread->op && op->thread->serves != FRAME_NONE &&
                !op->thread->has_deadline),
           "a server in state %u that serves no endpoint", op->state);
    EXPECT(!(op->flags & OP_LENT) ||
               ((op->state == OP_HELD || op->state == OP_DELIVERED) && op->peer != NULL &&
                op->peer->ring == NULL && op->peer->flags & OP_LENT),
           "a loan of one side, in state %u", op->state);
    EXPECT(op->depth <= OP_DEPTH_MAX && (op->depth == 0 || op->flags & OP_LENT),
           "state %u, flags %u and %u loans", op->state, op->flags, op->depth);
}

static void count_operation(const struct op *op, struct census *census)
{
    EXPECT(op->state <= OP_WAITING, "operation in state %u", op->state);
    EXPECT(op->link.next->prev == &op->link && op->link.prev->next == &op->link,
           "operation with a torn link in state %u", op->state);
    EXPECT(is_in_list(op) || op->link.next == &op->link, "operation in state %u is in a list",
           op->state);
    EXPECT(!is_in_list(op) || op->link.next != &op->link, "operation in state %u is in no list",
           op->state);
    census->in_state[op->state]++;
    check_short(op);
    if (op->state == OP_DELIVERED)
        EXPECT(op->peer != NULL && op->peer->peer == op && op->peer->state == OP_HELD,
               "a delivered call that nobody holds");
    if (op->state == OP_HELD && op->peer != NULL)
        EXPECT(op->peer->peer == op && op->peer->state == OP_DELIVERED,
               "a held call whose caller is in state %u", op->peer->state);
}

/* Counts a list whose members must all be in one state; `futex` is the memory or FRAME_NONE. */
static uint32_t count_list(const struct link *list, enum op_state state, uint32_t futex,
                           struct census *census)
{
    uint32_t count = 0;

    for (const struct link *link = list->next; link != list; link = link->next) {
        const struct op *op = CONTAINER_OF(link, struct op, link);

        EXPECT(op->state == state, "a list of operations in state %u has one in state %u", state,
               op->state);
        EXPECT((op->flags & OP_FUTEX) == (futex != FRAME_NONE ? OP_FUTEX : 0),
               "a waiting operation with flags %u", op->flags);
        EXPECT(futex == FRAME_NONE || op->object == futex, "a waiter of memory %u in that of %u",
               op->object, futex);
        count++;
        EXPECT(count < OPERATIONS_MAX, "a list without an end");
    }
    census->in_lists[state] += count;
    return count;
}

static void check_ring(uint32_t head, struct census *census)
{
    const struct ring *ring = ring_at(head);
    const struct ring_queues *queues = &ring->queues;
    uint32_t unread = queues->complete_tail - queues->complete_head;
    uint32_t owed = 0;

    for (uint32_t i = 0; i < ring->records.limit; i++) {
        const struct op *op = &ring->record[i];

        EXPECT(op->ring == ring && op->number == i, "ring %u: record %u is not its own", head, i);
        EXPECT((op->state == OP_IDLE) ==
                   (i >= ring->records.count || pool_is_free(&ring->records, i)),
               "ring %u: record %u in state %u and the pool disagree", head, i, op->state);
        owed += op->state != OP_IDLE && op->state != OP_HELD;
        count_operation(op, census);
    }
    EXPECT(owed == queues->in_flight, "ring %u: expected %u in flight, found %u", head, owed,
           queues->in_flight);
    EXPECT(owed + unread <= queues->completion_count, "ring %u: %u owed and %u unread of %u", head,
           owed, unread, queues->completion_count);
    EXPECT(ring->thread == NULL || ring->thread->ring == ring, "ring %u: not its thread's", head);
    EXPECT(ring->thread != NULL || ring->records.free_count == ring->records.count,
           "ring %u: operations without a thread", head);
}

static void check_endpoint(uint32_t head, struct census *census)
{
    const struct endpoint *endpoint = endpoint_at(head);
    uint32_t callers = count_list(&endpoint->callers, OP_CALLING, FRAME_NONE, census);
    uint32_t receivers = count_list(&endpoint->receivers, OP_RECEIVING, FRAME_NONE, census);

    if (endpoint->server != &endpoint_nobody) {
        bool receives = endpoint->server->op.flags & OP_SERVER;

        EXPECT(endpoint->server->serves == head, "endpoint %u: its server serves another", head);
        EXPECT(callers == 0, "endpoint %u: a server and callers that wait", head);
        census->in_lists[OP_RECEIVING] += receives;
        receivers += receives;
    }
    EXPECT(callers == 0 || receivers == 0, "endpoint %u: %u callers and %u receivers", head,
           callers, receivers);
}

static void check_notification(const struct notification *notification, struct census *census)
{
    uint32_t count = count_list(&notification->waiters, OP_WAITING, FRAME_NONE, census);

    EXPECT(count == 0 || notification->count == 0, "a notification of %lu has waiters",
           (unsigned long)notification->count);
}

static void check_object(uint32_t head, struct census *census)
{
    switch (frame_at(head)->type) {
    case SG_TYPE_RING:
        check_ring(head, census);
        break;
    case SG_TYPE_THREAD: {
        const struct thread *thread = arch_frame_pointer(head);

        count_operation(&thread->op, census);
        count_operation(&thread->held, census);
        break;
    }
    case SG_TYPE_ENDPOINT:
        check_endpoint(head, census);
        break;
    case SG_TYPE_NOTIFICATION:
        check_notification(notification_at(head), census);
        break;
    case SG_TYPE_IRQ:
        check_notification(&irq_at(head)->arrived, census);
        break;
    case SG_TYPE_MEMORY: {
        uint32_t count = count_list(&memory_at(head)->waiters, OP_WAITING, head, census);

        EXPECT(count == memory_at(head)->waiter_count, "memory %u: expected %u waiters, found %u",
               head, count, memory_at(head)->waiter_count);
        break;
    }
    default:
        break;
    }
}

/* A dying ring that has no thread any more loses its frames. */
static bool is_whole(const struct frame *frame)
{
    return !(frame->flags & FRAME_DYING && frame->type == SG_TYPE_RING);
}

void walker_check_operations(void)
{
    struct census census = {0};

    for (uint32_t i = 0; i < walker_heads.count; i++) {
        uint32_t head = walker_heads.head[i];

        if (is_whole(frame_at(head)))
            check_object(head, &census);
        else if (ring_at(head)->thread != NULL)
            check_ring(head, &census);
    }
    for (uint32_t state = OP_CALLING; state <= OP_WAITING; state++)
        if (state == OP_CALLING || state == OP_RECEIVING || state == OP_WAITING)
            EXPECT(census.in_state[state] == census.in_lists[state],
                   "expected %u operations in the lists of state %u, found %u",
                   census.in_state[state], state, census.in_lists[state]);
}
