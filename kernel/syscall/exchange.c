/* SPDX-License-Identifier: BSD-2-Clause */
/* The two commonest system calls, with the result the long way would give and fewer steps: a register
   call to a server that waits in registers, and the reply with which it waits again. Both wait for
   ever and carry no capabilities. Every check of the long way is made; whatever is not the plain case
   is left to it, untouched. */
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "object/sched.h"
#include "syscall/entry.h"
#include "syscall/lock.h"

#define CALL_PLAIN ((uint64_t)SG_OP_CALL)
#define REPLY_PLAIN (SG_OP_REPLY | (uint64_t)SG_SUBMIT_REARM << 8)

/* Opcode and flags of a register operation. */
static inline uint64_t plain(const struct arch_context *context)
{
    return context->operation & 0xffff;
}

/* Payload bytes, with the bits above them, which are 0 in a plain operation. */
static inline uint32_t payload_length(const struct arch_context *context)
{
    return (uint32_t)(context->operation >> 32);
}

/* Both bytes at once: no flag is set when the word equals a type. */
static inline uint16_t type_and_flags(const struct slot *slot)
{
    uint16_t word;

    _Static_assert(offsetof(struct slot, flags) == offsetof(struct slot, type) + 1, "one word");
    __builtin_memcpy(&word, (const uint8_t *)slot + offsetof(struct slot, type), sizeof(word));
    return word;
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
    if (UNLIKELY(slot->generation != handle_word >> 32 || type_and_flags(slot) != type ||
                 !(slot->rights >> operation & 1) ||
                 !frames_is_live(&machine.frames, slot->object, slot->epoch)))
        return NULL;
    return slot;
}

/* Fills in all that a message brings but its payload. The result word is the operation word with its
   halves exchanged, and flags in the place of opcode and flags. */
static inline void set_result(struct thread *to, const struct arch_context *from,
                              uint64_t plain_bits, uint64_t handle, uint64_t deadline)
{
    uint64_t operation = from->operation;

    to->context.operation =
        (operation >> 32 | operation << 32) ^ (plain_bits ^ SG_COMPLETE_REGISTERS) << 32;
    to->context.handle = handle;
    to->context.deadline = deadline;
}

/* One thread waits for its register operation, the other stops doing so. */
static inline void exchange_states(struct thread *waits, struct thread *runs)
{
    waits->state = SG_THREAD_WAITING;
    waits->wait = WAIT_REGISTER;
    runs->state = SG_THREAD_READY;
    runs->wait = WAIT_NONE;
}

/* The endpoint's waiting server gets the call and, until it replies, the client's sched. */
static inline struct thread *call(struct thread *client)
{
    struct arch_context *context = &client->context;
    uint32_t method = context->operation >> 16 & 0xffff;
    struct sched *sched = client->sched;

    if (UNLIKELY(method > SG_METHOD_MAX))
        return NULL;
    const struct slot *slot = find_slot(client, context->handle, SG_TYPE_CLIENT, method);
    if (UNLIKELY(slot == NULL))
        return NULL;
    struct endpoint *endpoint = endpoint_at(slot->object);
    struct thread *server = endpoint->server;
    if (UNLIKELY(server == NULL || client->held.donated == sched))
        return NULL;

    /* From here on nothing fails. */
    struct op *held = &server->held;
    uint32_t generation = held->generation + 1;
    endpoint->server = NULL;
    server->op.state_and_flags = OP_STATE_AND_FLAGS(OP_IDLE, 0);
    client->op.state_and_flags = OP_STATE_AND_FLAGS(OP_DELIVERED, 0);
    client->op.peer = held;
    held->state_and_flags = OP_STATE_AND_FLAGS(OP_HELD, OP_PLAIN);
    held->peer = &client->op;
    held->generation = generation;
    held->donated = sched;
    server->home->thread = NULL;
    client->sched = NULL;
    sched_hand_over(sched, server);
    set_result(server, context, CALL_PLAIN, slot->badge, OP_REGISTER_TOKEN | generation);
    exchange_states(client, server);
    return server;
}

/* The caller gets its sched back, and the server becomes its endpoint's waiting server again. */
static inline struct thread *reply(struct thread *server)
{
    struct arch_context *context = &server->context;
    struct op *held = &server->held;

    if (UNLIKELY(held->state_and_flags != OP_STATE_AND_FLAGS(OP_HELD, OP_PLAIN) ||
                 op_register_token(held) != (uint32_t)context->token))
        return NULL;
    const struct slot *slot =
        find_slot(server, context->handle, SG_TYPE_ENDPOINT, SG_ENDPOINT_RECV);
    if (UNLIKELY(slot == NULL))
        return NULL;
    uint32_t object = slot->object;
    struct endpoint *endpoint = endpoint_at(object);
    if (UNLIKELY(!list_is_empty(&endpoint->callers) || endpoint->server != NULL))
        return NULL;

    /* From here on nothing fails. */
    struct op *caller = held->peer;
    struct thread *client = caller->thread;
    held->state_and_flags = OP_STATE_AND_FLAGS(OP_IDLE, 0);
    held->peer = NULL;
    held->donated = NULL;
    caller->peer = NULL;
    caller->state = OP_IDLE;
    server->op.state_and_flags = OP_STATE_AND_FLAGS(OP_RECEIVING, OP_PLAIN);
    server->op.object = object;
    endpoint->server = server;
    sched_hand_over(server->sched, client);
    sched_hand_over(server->home, server);
    set_result(client, context, REPLY_PLAIN, 0, 0);
    exchange_states(server, client);
    return client;
}

/* Carries a plain call or reply out; returns the thread it hands the CPU to, or NULL. */
static inline struct thread *exchange(struct thread *current)
{
    const struct arch_context *context = &current->context;

    if (UNLIKELY(context->deadline != SG_FOREVER || payload_length(context) > SG_REGISTER_BYTES))
        return NULL;
    if (plain(context) == CALL_PLAIN && current->opcode_mask >> SG_OP_CALL & 1)
        return call(current);
    if (plain(context) == REPLY_PLAIN && current->opcode_mask >> SG_OP_REPLY & 1)
        return reply(current);
    return NULL;
}

struct thread *kernel_exchange(struct thread *current)
{
    kernel_lock();
    struct thread *next = exchange(current);
    if (LIKELY(next != NULL)) {
        arch_cpu()->current = next;
        arch_exchange(current, next);
    }
    kernel_unlock();
    return next;
}
