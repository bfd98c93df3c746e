/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way of a message that its sender or its receiver has in an arena: a call to the server that
   waits for it, and the reply with which that waits again, both by registers, for ever and without
   capabilities. */
#include "object/message_copy.h"
#include "syscall/exchange.h"

/* Reads the message of a thread's own operation into its record, which is idle; false unless it is
   sound and has no capabilities to send. */
static ALWAYS_INLINE bool describe(struct thread *thread)
{
    const struct arch_context *context = &thread->context;
    struct sg_message *message = &thread->op.message;

    if (context->operation & SG_SUBMIT_ARENA << 8) {
        thread->op.flags = OP_ARENA;
        __builtin_memcpy(message, context->word, sizeof(*message));
        return message_check(message, thread->ring->arena_size) == SG_OK &&
               message->caps_count == 0;
    }
    thread->op.flags = 0;
    message->send_length = context->operation >> 24 & 0xff;
    return message->send_length <= SG_REGISTER_BYTES;
}

/* Copies a thread's message to where another receives it, and tells that one what it got; false when
   there is no room for it. */
static ALWAYS_INLINE bool deliver(const struct thread *from, struct thread *to, uint64_t badge)
{
    struct arch_context *context = &to->context;
    const struct sg_message *room = &to->op.message;
    uint32_t length = from->op.message.send_length;
    uint64_t method = from->context.operation & 0xff0000;
    const uint8_t *source = message_source(&from->op, from->ring);

    if (to->op.flags & OP_ARENA) {
        if (length > room->receive_length)
            return false;
        copy_bytes(to->ring->arena + room->receive_offset, source, length);
        context->operation = method;
        context->handle = length;
        context->deadline = (uint64_t)room->receive_offset << 32;
    } else {
        if (length > SG_REGISTER_BYTES)
            return false;
        message_to_registers(to, &from->op, source);
        context->operation = SG_COMPLETE_REGISTERS | method | (uint64_t)length << 24;
        context->handle = 0;
        context->deadline = 0;
    }
    context->token = badge;
    return true;
}

struct thread *exchange_arena_call(struct thread *client, const struct slot *slot)
{
    uint32_t method = client->context.operation >> 16 & 0xff;

    if (slot == NULL && !find_slot(client, client->context.handle, &slot))
        return NULL;
    if (type_and_flags(slot) != SG_TYPE_CLIENT || method > SG_METHOD_MAX ||
        !(slot->rights >> method & 1))
        return NULL;
    struct thread *server = endpoint_at(slot->object)->server;
    if (!(server->op.flags & OP_SERVER) || client->held.depth == OP_DEPTH_MAX ||
        !describe(client) || !deliver(client, server, slot->badge))
        return NULL;
    exchange_begin(client, server, client->op.flags);
    return server;
}

struct thread *exchange_arena_reply(struct thread *server)
{
    if ((server->held.flags | OP_ARENA) != (OP_LENT | OP_ARENA) ||
        (uint32_t)server->context.token != SG_TOKEN_REGISTERS ||
        !serves(server, server->context.handle))
        return NULL;
    struct thread *client = CONTAINER_OF(server->held.peer, struct thread, op);
    if (!describe(server) || !deliver(server, client, 0))
        return NULL;
    exchange_end(client, server, server->op.flags);
    return client;
}
