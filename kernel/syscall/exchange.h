/* SPDX-License-Identifier: BSD-2-Clause */
/* What the short ways share: exchange.c for messages in registers, exchange_arena.c for messages in an
   arena, exchange_ring.c for submissions. Every check of the long way is made; whatever is not the plain case is left to it, untouched. */
#pragma once

#include "object/endpoint.h"
#include "object/message_copy.h"

/* Opcode and flags, the low half of an operation. */
#define PLAIN(opcode, flags) ((uint16_t)((opcode) | (flags) << 8))

/* Both bytes at once: no flag is set when the word equals a type. */
static inline uint16_t type_and_flags(const struct slot *slot)
{
    uint16_t word;

    _Static_assert(offsetof(struct slot, flags) == offsetof(struct slot, type) + 1, "one word");
    __builtin_memcpy(&word, (const uint8_t *)slot + offsetof(struct slot, type), sizeof(word));
    return word;
}

/* Finds the slot a handle word names; false unless what it holds is alive. */
static inline bool find_slot(const struct thread *thread, uint64_t handle,
                             const struct slot **found)
{
    uint32_t index = (uint32_t)handle;

    if (UNLIKELY(index >= thread->short_slot_count))
        return false;
    const struct slot *slot = &thread->slot[index];
    IN_REGISTER(slot);
    *found = slot;
    return slot->generation == (uint32_t)(handle >> 32) &&
           frames_is_live(&machine.frames, slot->object, slot->epoch);
}

/* Whether a handle names the endpoint whose server a thread is. */
static inline bool serves(const struct thread *server, uint64_t handle)
{
    const struct slot *slot;

    return find_slot(server, handle, &slot) && type_and_flags(slot) == SG_TYPE_ENDPOINT &&
           slot->rights & SG_BIT(SG_ENDPOINT_RECV) && endpoint_at(slot->object)->server == server;
}

/* The server has the client's call, received into an arena (OP_ARENA) or registers (0), and until it
   replies the client's sched; the client waits for its answer in an arena or registers. */
static ALWAYS_INLINE void exchange_begin(struct thread *client, struct thread *server,
                                         uint32_t answer)
{
    server->op.status = OP_STATUS(OP_IDLE, 0);
    server->held.status =
        OP_STATUS(OP_HELD, OP_LENT | answer) + (client->held.depth + 1) * OP_DEPTH;
    server->held.peer = &client->op;
    server->status = THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
    client->op.status = OP_STATUS(OP_DELIVERED, OP_LENT | answer);
    client->op.peer = &server->held;
    client->status = THREAD_STATUS(SG_THREAD_WAITING, WAIT_REGISTER);
    arch_exchange(client, server);
}

/* The client goes on, and the server is its endpoint's waiting server again, receiving into an arena
   (OP_ARENA) or registers (0). */
static ALWAYS_INLINE void exchange_end(struct thread *client, struct thread *server,
                                       uint32_t receives)
{
    server->held.status = OP_STATUS(OP_IDLE, 0);
    server->op.status = OP_STATUS(OP_RECEIVING, OP_SERVER | receives);
    server->status = THREAD_STATUS(SG_THREAD_WAITING, WAIT_REGISTER);
    client->op.status = OP_STATUS(OP_IDLE, 0);
    client->status = THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
    arch_exchange(server, client);
}

/* The first receiver of an endpoint if that receives by a ring and may; else NULL. */
static inline struct op *exchange_ring_receiver(const struct endpoint *endpoint)
{
    struct op *receiver = endpoint_first_receiver(endpoint);

    return receiver != NULL && receiver->ring != NULL && receiver->slot_flags == 0 &&
                   frames_is_live(&machine.frames, receiver->object, receiver->epoch)
               ? receiver
               : NULL;
}

/* Whether a message fits where an operation receives it. */
static inline bool exchange_fits(const struct op *to, uint32_t length)
{
    return length <= (to->flags & OP_ARENA ? to->message.receive_length : SG_REGISTER_BYTES);
}

/* Gives a thread that waits by registers a message that fits, from a record or a submission. */
static ALWAYS_INLINE void exchange_deliver(struct thread *to, const struct op *from,
                                           const uint8_t *source, uint8_t method, uint64_t badge)
{
    struct arch_context *context = &to->context;
    const struct sg_message *room = &to->op.message;
    uint32_t length = from->message.send_length;

    context->operation = (uint32_t)method << 16;
    context->token = badge;
    if (to->op.flags & OP_ARENA) {
        copy_bytes(to->ring->arena + room->receive_offset, source, length);
        context->handle = length;
        context->deadline = (uint64_t)room->receive_offset << 32;
    } else {
        message_to_registers(to, from, source);
        context->operation |= SG_COMPLETE_REGISTERS | length << 24;
        context->handle = 0;
        context->deadline = 0;
    }
}

/* Posts a message that fits to a ring's operation. */
static ALWAYS_INLINE void exchange_post(const struct op *to, const uint8_t *source, uint32_t length,
                                        uint16_t method, uint64_t badge, uint32_t token)
{
    const struct sg_completion completion = {.user_data = to->user_data,
                                             .result = (int32_t)length,
                                             .method = method,
                                             .badge = badge,
                                             .token = token,
                                             .offset = to->message.receive_offset};

    copy_bytes(to->ring->arena + to->message.receive_offset, source, length);
    ring_complete(to->ring, &completion);
}

/* Tries a call (of which the slot may have been found already, else NULL) or a reply and receive, whose
   message is in an arena for its sender or receiver, from a context that is stored. Returns the thread
   that goes on, current if it waits now, or NULL, nothing having changed, when this is not the way to
   take. The kernel lock is held. */
struct thread *exchange_arena_call(struct thread *current, const struct slot *slot);
struct thread *exchange_arena_reply(struct thread *current);

/* Tries a submission of a CALL, or of a REPLY with REARM, without other flags; its completion is
   reserved. False, nothing having changed, when this is not the way to take. */
MUST_USE bool exchange_ring_call(struct thread *client, struct ring *ring,
                                 const struct sg_submission *entry);
MUST_USE bool exchange_ring_reply(struct thread *server, struct ring *ring,
                                  const struct sg_submission *entry);
