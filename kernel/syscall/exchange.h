/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two short ways share: exchange.c for messages in registers, exchange_arena.c for messages in
   an arena. Every check of the long way is made; whatever is not the plain case is left to it, untouched. */
#pragma once

#include "object/endpoint.h"
#include "object/thread.h"

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

/* Tries a call (of which the slot may have been found already, else NULL) or a reply and receive, whose
   message is in an arena for its sender or receiver, from a context that is stored. Returns the thread
   that goes on, or NULL, nothing having changed, when this is not the way to take. The kernel lock is
   held. */
struct thread *exchange_arena_call(struct thread *client, const struct slot *slot);
struct thread *exchange_arena_reply(struct thread *server);
