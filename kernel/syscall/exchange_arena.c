/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way of a message that its sender or its receiver has in an arena: a call by registers to a
   server that waits, by registers or by its ring, and the reply by registers with which a server waits
   again; both for ever and without capabilities. */
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

/* A ring's thread has other things to do as well: it works on its own sched. */
static struct thread *call_by_ring(struct thread *client, const struct slot *slot, uint16_t method)
{
    struct op *op = &client->op;
    struct op *receiver = exchange_ring_receiver(endpoint_at(slot->object));

    if (receiver == NULL || !exchange_fits(receiver, op->message.send_length))
        return NULL;
    list_remove(&receiver->link);
    op_hold(op, receiver);
    exchange_post(receiver, message_source(op, client->ring), op->message.send_length, method,
                  slot->badge, op_token(receiver));
    thread_wait(client, WAIT_REGISTER, SG_FOREVER);
    return client;
}

struct thread *exchange_arena_call(struct thread *client, const struct slot *slot)
{
    uint32_t method = client->context.operation >> 16 & 0xff;
    struct op *op = &client->op;

    if (slot == NULL && !find_slot(client, client->context.handle, &slot))
        return NULL;
    if (type_and_flags(slot) != SG_TYPE_CLIENT || method > SG_METHOD_MAX ||
        !(slot->rights >> method & 1) || !describe(client))
        return NULL;
    struct thread *server = endpoint_at(slot->object)->server;
    if (!(server->op.flags & OP_SERVER))
        return call_by_ring(client, slot, (uint16_t)method);
    if (client->held.depth == OP_DEPTH_MAX || !exchange_fits(&server->op, op->message.send_length))
        return NULL;
    exchange_deliver(server, op, message_source(op, client->ring), (uint8_t)method, slot->badge);
    exchange_begin(client, server, op->flags);
    return server;
}

struct thread *exchange_arena_reply(struct thread *server)
{
    struct op *answer = &server->op;

    if ((server->held.flags | OP_ARENA) != (OP_LENT | OP_ARENA) ||
        (uint32_t)server->context.token != SG_TOKEN_REGISTERS ||
        !serves(server, server->context.handle))
        return NULL;
    struct thread *client = CONTAINER_OF(server->held.peer, struct thread, op);
    if (!describe(server) || !exchange_fits(&client->op, answer->message.send_length))
        return NULL;
    exchange_deliver(client, answer, message_source(answer, server->ring),
                     server->context.operation >> 16 & 0xff, 0);
    exchange_end(client, server, answer->flags);
    return client;
}
