/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way: the commonest system calls in registers, with the result the long way would give and
   fewer steps. A call to a server that waits in registers, and the reply with which it waits again,
   both waiting for ever; a signal, and a wait for one, which are for ever too; a NOP. */
#include "syscall/exchange.h"

#include "object/event.h"
#include "object/generic.h"
#include "object/notification.h"
#include "object/sched.h"
#include "syscall/entry.h"
#include "syscall/lock.h"

/* Where an operation has its method. */
#define METHOD(method) ((uint32_t)(method) << 16)

/* Above it no register message is longer than its registers. */
#define OPERATION_MAX (SG_REGISTER_BYTES << 24 | 0xffffffu)

/* What a call brings is what it was given: its low half already says SG_COMPLETE_REGISTERS. */
_Static_assert(PLAIN(SG_OP_CALL, 0) == SG_COMPLETE_REGISTERS, "call leaves the word as it is");
#define REPLY_TO_RESULT (PLAIN(SG_OP_REPLY, SG_SUBMIT_REARM) ^ SG_COMPLETE_REGISTERS)

#define EXCHANGE_ARGUMENTS operation, current, token, handle, deadline, word0, word1
/* The same for a plain operation, which has no deadline and names no call of a ring. */
#define EXCHANGE_PLAIN operation, current, SG_TOKEN_REGISTERS, handle, 0, word0, word1

/* The parts jump to each other with the registers as they are. (clang 14 refuses to jump to a static
   function of this convention.) */
ARCH_REGISTERS struct exchange exchange_leave(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_slot(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_wake(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_wait(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_object(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_call(EXCHANGE_PARAMETERS);
ARCH_REGISTERS struct exchange exchange_reply(EXCHANGE_PARAMETERS);

/* Nothing came of it: the lock is given back. */
NOINLINE ARCH_REGISTERS struct exchange exchange_leave(EXCHANGE_PARAMETERS)
{
    kernel_unlock();
    MUST_TAIL return arch_long_way(EXCHANGE_PLAIN);
}

/* An operation of a kernel object, which has no handle to return unless it says which. */
static inline struct exchange done(const struct thread *current, uint64_t value, uint64_t word0,
                                   uint64_t word1)
{
    kernel_unlock();
    return (struct exchange){.operation = SG_OK,
                             .thread = (struct thread *)current,
                             .value = value,
                             .word0 = word0,
                             .word1 = word1};
}

/* Goes on with the slot that was found in the place of the token. */
#define EXCHANGE_WITH(slot) operation, current, (uint64_t)(slot), handle, 0, word0, word1

/* What is done with a capability whatever its type, as far as it needs two arguments at most; all else
   with the slot that was found. */
NOINLINE ARCH_REGISTERS struct exchange exchange_slot(EXCHANGE_PARAMETERS)
{
    const struct slot *slot = (const struct slot *)token;
    struct cspace *cspace = thread_cspace(current);
    uint32_t method = operation >> 16 & 0xff;
    uint64_t value = 0;

    if (UNLIKELY(method > 63 || !(slot->rights >> method & 1) || slot->flags != 0))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    /* What becomes of capabilities to devices is recorded, on the long way. */
    bool is_recorded = event_is_device(slot->type);
    if (method == SG_RELEASE && LIKELY(!is_recorded))
        cspace_clear(cspace, (uint32_t)handle);
    else if (UNLIKELY(is_recorded) || method != SG_COPY || word1 != 0 ||
             cspace->pool.free_count == 0 || /* takes a slot for the first time, if any */
             generic_copy(slot, word0, cspace, &value) != SG_OK)
        MUST_TAIL return arch_object_way(EXCHANGE_WITH(slot));
    return done(current, value, word0, word1);
}

/* A signal that somebody waits for, who does so in registers, and for ever. */
NOINLINE ARCH_REGISTERS struct exchange exchange_wake(EXCHANGE_PARAMETERS)
{
    const struct slot *slot = (const struct slot *)token;
    const struct link *waiters = &notification_at(slot->object)->waiters;
    struct op *op = CONTAINER_OF(waiters->next, struct op, link);
    struct thread *thread = op->thread;

    if (UNLIKELY(op->ring != NULL ||
                 thread->status != THREAD_STATUS(SG_THREAD_WAITING, WAIT_REGISTER) ||
                 thread->held.flags & OP_LENT))
        MUST_TAIL return arch_object_way(operation, current, token, handle, 0, word0, word1);
    notification_give(op);
    thread->status = THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
    sched_ready(thread->home, thread);
    current = arch_cpu()->current; /* which need not be kept until here */
    if (LIKELY(arch_cpu()->attention == 0))
        return done(current, 0, word0, word1);
    thread_set_value(current, SG_OK, 0);
    MUST_TAIL return arch_leave_way(SG_OK, current, 0, 0, 0, word0, word1);
}

/* What is done with a notification but signalling it: a wait ends here if it need not wait. */
NOINLINE ARCH_REGISTERS struct exchange exchange_wait(EXCHANGE_PARAMETERS)
{
    const struct slot *slot = (const struct slot *)token;
    struct notification *notification = notification_at(slot->object);
    uint64_t count = notification->count;

    if (UNLIKELY((operation & METHOD(0xff)) != METHOD(SG_NOTIFICATION_WAIT) ||
                 !(slot->rights & SG_BIT(SG_NOTIFICATION_WAIT))))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    if (count == 0) {
        notification_queue(notification, &current->op);
        current->status = THREAD_STATUS(SG_THREAD_WAITING, WAIT_REGISTER);
        MUST_TAIL return arch_leave_way(EXCHANGE_WITH(slot));
    }
    notification->count = 0;
    return done(current, count, word0, word1);
}

/* A call that is no server's; the commonest is a signal. */
NOINLINE ARCH_REGISTERS struct exchange exchange_object(EXCHANGE_PARAMETERS)
{
    const struct slot *slot = (const struct slot *)token;

    if (LIKELY(type_and_flags(slot) == SG_TYPE_NOTIFICATION)) {
        if (UNLIKELY((operation & METHOD(0xff)) != METHOD(SG_NOTIFICATION_SIGNAL) ||
                     !(slot->rights & SG_BIT(SG_NOTIFICATION_SIGNAL))))
            MUST_TAIL return exchange_wait(EXCHANGE_WITH(slot));
        if (LIKELY(notification_count(notification_at(slot->object))))
            return done(current, 0, word0, word1);
        MUST_TAIL return exchange_wake(EXCHANGE_WITH(slot));
    }
    IN_REGISTER(slot); /* its flags are read again, which is cheaper than to keep them */
    if (UNLIKELY(slot->flags != 0 || !(slot->rights >> (operation >> 16 & 0xff) & 1)))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    MUST_TAIL return arch_object_way(EXCHANGE_WITH(slot));
}

/* A call to a client capability: the endpoint's waiting server gets it and, until it replies, the
   client's sched. */
NOINLINE ARCH_REGISTERS struct exchange exchange_call(EXCHANGE_PARAMETERS)
{
    struct thread *client = current;
    uint32_t method = operation >> 16 & 0xff;

    kernel_lock();
    const struct slot *slot;
    if (UNLIKELY(!find_slot(client, handle, &slot)))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    if (UNLIKELY(method > SG_METHOD_MAX))
        MUST_TAIL return exchange_slot(EXCHANGE_WITH(slot));
    if (UNLIKELY(type_and_flags(slot) != SG_TYPE_CLIENT))
        MUST_TAIL return exchange_object(EXCHANGE_WITH(slot));
    struct endpoint *endpoint = endpoint_at(slot->object);
    struct thread *server = endpoint->server;
    if (UNLIKELY(!(slot->rights >> method & 1)))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    if (UNLIKELY(server->op.flags != OP_SERVER || client->held.depth == OP_DEPTH_MAX))
        MUST_TAIL return arch_call_way(EXCHANGE_WITH(slot));

    exchange_begin(client, server, 0);
    uint64_t badge = slot->badge; /* once the lock is released the slot may be another's */
    kernel_unlock();
    return (struct exchange){
        .operation = operation, .thread = server, .value = badge, .word0 = word0, .word1 = word1};
}

/* The caller goes on, and the server is its endpoint's waiting server again. */
NOINLINE ARCH_REGISTERS struct exchange exchange_reply(EXCHANGE_PARAMETERS)
{
    struct thread *server = current;

    kernel_lock();
    if (UNLIKELY(server->held.flags != OP_LENT))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    struct op *caller = server->held.peer;
    struct thread *client = CONTAINER_OF(caller, struct thread, op);
    if (UNLIKELY(!serves(server, handle)))
        MUST_TAIL return exchange_leave(EXCHANGE_PLAIN);
    exchange_end(client, server, 0);
    kernel_unlock();
    return (struct exchange){
        .operation = operation ^ REPLY_TO_RESULT, .thread = client, .word0 = word0, .word1 = word1};
}

ARCH_REGISTERS struct exchange kernel_exchange(EXCHANGE_PARAMETERS)
{
    if (LIKELY(operation <= OPERATION_MAX)) {
        if (LIKELY((uint16_t)operation == PLAIN(SG_OP_CALL, 0)))
            MUST_TAIL return exchange_call(EXCHANGE_ARGUMENTS);
        if (LIKELY((uint16_t)operation == PLAIN(SG_OP_REPLY, SG_SUBMIT_REARM) &&
                   token == SG_TOKEN_REGISTERS))
            MUST_TAIL return exchange_reply(EXCHANGE_ARGUMENTS);
    }
    if (UNLIKELY((operation & 0xff & ~(uint64_t)SG_OP_NOP) == SG_OP_ENTER)) {
        if ((operation & SG_OP_NOP) == 0)
            MUST_TAIL return arch_enter_way(EXCHANGE_ARGUMENTS);
        if (operation == PLAIN(SG_OP_NOP, 0) && current->short_slot_count != 0)
            return (struct exchange){
                .operation = SG_OK, .thread = current, .word0 = word0, .word1 = word1};
    }
    MUST_TAIL return arch_long_way(EXCHANGE_ARGUMENTS);
}
