/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/fastpath.h"

#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "object/sched.h"

#define CALL_PLAIN ((uint64_t)SG_OP_CALL)
#define REPLY_PLAIN (SG_OP_REPLY | (uint64_t)SG_SUBMIT_REARM << 8)

/* Opcode and flags of a register operation. */
static inline uint64_t plain(const struct arch_context *context)
{
    return context->operation & 0xffff;
}

static inline uint32_t payload_length(const struct arch_context *context)
{
    return context->operation >> 32 & 0xffff;
}

/* The slot a handle word names if it holds a live, unleased capability of a type with the right of
   an operation, or NULL. */
static inline const struct slot *find_slot(const struct thread *thread, uint64_t handle_word,
                                           uint8_t type, uint32_t operation)
{
    const struct cspace *cspace = &thread->cspace->cspace;
    uint32_t index = (uint32_t)handle_word;

    if (UNLIKELY(index >= cspace->slot_count))
        return NULL;
    const struct slot *slot = &cspace->slot[index];
    if (UNLIKELY(slot->generation != handle_word >> 32 || slot->type != type ||
                 slot->flags != 0 || !(slot->rights >> operation & 1) ||
                 !frames_is_live(&machine.frames, slot->object, slot->epoch)))
        return NULL;
    return slot;
}

/* Whether an operation is a thread's and carries registers only. */
static inline bool is_register_op(const struct op *op)
{
    return op->ring == NULL && op->flags == 0;
}

static inline void pass_registers(struct thread *to, const struct thread *from, uint32_t length)
{
    for (uint32_t i = 0; i < 8; i++)
        to->context.word[i] = from->context.word[i];
    to->context.operation = length | (uint64_t)SG_COMPLETE_REGISTERS << 56 |
                            (from->context.operation & 0xffff0000) << 16;
}

static inline void set_waiting(struct thread *thread)
{
    thread->state = SG_THREAD_WAITING;
    thread->wait = WAIT_REGISTER;
}

static inline void set_ready(struct thread *thread)
{
    thread->state = SG_THREAD_READY;
    thread->wait = WAIT_NONE;
}

bool fastpath_call(struct thread *client)
{
    struct arch_context *context = &client->context;
    uint32_t method = context->operation >> 16 & 0xffff;
    uint32_t length = payload_length(context);
    struct sched *sched = client->sched;

    if (UNLIKELY(plain(context) != CALL_PLAIN || context->deadline != SG_FOREVER ||
                 method > SG_METHOD_MAX || length > SG_REGISTER_BYTES ||
                 !(client->ring->opcode_mask >> SG_OP_CALL & 1)))
        return false;
    const struct slot *slot = find_slot(client, context->handle, SG_TYPE_CLIENT, method);
    if (UNLIKELY(slot == NULL))
        return false;
    struct link *first = endpoint_at(slot->object)->receivers.next;
    struct op *receiver = CONTAINER_OF(first, struct op, link);
    if (UNLIKELY(first == &endpoint_at(slot->object)->receivers || !is_register_op(receiver)))
        return false;
    struct thread *server = receiver->thread;
    if (UNLIKELY(server->sched != server->home || server->has_deadline ||
                 client->held.donated == sched))
        return false;

    /* From here on nothing fails. */
    struct op *held = &server->held;
    list_remove(first);
    receiver->state = OP_IDLE;
    client->op.flags = 0;
    op_hold(&client->op, held);
    held->donated = sched;
    held->depth = 0;
    server->home->thread = NULL;
    client->sched = NULL;
    sched_hand_over(sched, server);
    pass_registers(server, client, length);
    server->context.handle = slot->badge;
    server->context.deadline = op_token(held);
    set_waiting(client);
    set_ready(server);
    return true;
}

bool fastpath_reply(struct thread *server)
{
    struct arch_context *context = &server->context;
    struct op *held = &server->held;
    uint32_t length = payload_length(context);
    struct op *caller = held->peer;
    struct sched *sched = server->sched;

    if (UNLIKELY(plain(context) != REPLY_PLAIN || context->deadline != SG_FOREVER ||
                 length > SG_REGISTER_BYTES || !(server->ring->opcode_mask >> SG_OP_REPLY & 1)))
        return false;
    if (UNLIKELY(held->state != OP_HELD || op_token(held) != (uint32_t)context->token ||
                 caller == NULL || !is_register_op(caller) || held->donated != sched ||
                 caller->thread->has_deadline))
        return false;
    const struct slot *slot =
        find_slot(server, context->handle, SG_TYPE_ENDPOINT, SG_ENDPOINT_RECV);
    if (UNLIKELY(slot == NULL))
        return false;
    struct endpoint *endpoint = endpoint_at(slot->object);
    if (UNLIKELY(!list_is_empty(&endpoint->callers)))
        return false;

    /* From here on nothing fails. */
    struct thread *client = caller->thread;
    held->state = OP_IDLE;
    held->peer = NULL;
    held->donated = NULL;
    caller->peer = NULL;
    caller->state = OP_IDLE;
    server->op.flags = 0;
    server->op.state = OP_RECEIVING;
    list_push(&endpoint->receivers, &server->op.link);
    server->sched = server->home;
    server->home->thread = server;
    sched_hand_over(sched, client);
    pass_registers(client, server, length);
    client->context.handle = 0;
    client->context.deadline = 0;
    set_waiting(server);
    set_ready(client);
    return true;
}
