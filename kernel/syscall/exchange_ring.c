/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way of submissions, without capabilities: a call for which a receiver waits by a ring, and
   the reply to a call that came by a ring, with which its record receives again. */
#include "object/event.h"
#include "syscall/exchange.h"

/* Finds what a submission names, if it is of a type and has a right, and its message is sound and has no
   capabilities to send. */
static ALWAYS_INLINE const struct slot *find(const struct thread *thread, const struct ring *ring,
                                             const struct sg_submission *entry, uint16_t type,
                                             uint32_t right)
{
    const struct slot *slot;
    struct sg_handle handle = {entry->handle_index, entry->handle_generation};

    return find_slot(thread, sg_handle_word(handle), &slot) && type_and_flags(slot) == type &&
                   slot->rights >> right & 1 &&
                   message_check(&entry->message, ring->arena_size) == SG_OK &&
                   entry->message.caps_count == 0
               ? slot
               : NULL;
}

bool exchange_ring_call(struct thread *client, struct ring *ring, const struct sg_submission *entry)
{
    const struct sg_message *message = &entry->message;
    const struct slot *slot = find(client, ring, entry, SG_TYPE_CLIENT, entry->method & 63);

    if (slot == NULL || entry->method > SG_METHOD_MAX || entry->token != 0)
        return false;
    struct op *receiver = exchange_ring_receiver(endpoint_at(slot->object));
    if (receiver == NULL || !exchange_fits(receiver, message->send_length))
        return false;
    struct op *op = ring_take_record(ring);
    if (op == NULL)
        return false;
    op->user_data = entry->user_data;
    op->message = *message;
    op->flags = OP_ARENA;
    list_remove(&receiver->link);
    op_hold(op, receiver);
    exchange_post(receiver, ring->arena + message->send_offset, message->send_length, entry->method,
                  slot->badge, op_token(receiver));
    return true;
}

/* Ends the call that is answered, whichever way it came. */
static void answer(struct op *caller, const struct op *answer, const struct ring *ring,
                   uint16_t method)
{
    const uint8_t *source = ring->arena + answer->message.send_offset;

    if (caller->ring != NULL) {
        ring_give_record(caller);
        exchange_post(caller, source, answer->message.send_length, method, 0, 0);
        return;
    }
    exchange_deliver(caller->thread, answer, source, (uint8_t)method, 0);
    caller->status = OP_STATUS(OP_IDLE, 0);
    thread_wake(caller->thread);
}

/* Receives again with the record of the call that was answered. */
static void receive(struct op *receiver, uint32_t endpoint)
{
    enum sg_status status = endpoint_receive(endpoint, receiver);

    if (status == STATUS_PENDING)
        return;
    ring_give_record(receiver);
    ring_complete(receiver->ring,
                  &(struct sg_completion){.user_data = receiver->user_data, .result = status});
}

bool exchange_ring_reply(struct thread *server, struct ring *ring,
                         const struct sg_submission *entry)
{
    struct op *held = op_by_token(server, entry->token);
    const struct slot *slot = find(server, ring, entry, SG_TYPE_ENDPOINT, SG_ENDPOINT_RECV);

    if (held == NULL || held->ring == NULL || slot == NULL || held->peer == NULL ||
        held->peer->flags & OP_FAULT || entry->method > SG_REPLY_METHOD_MAX ||
        !exchange_fits(held->peer, entry->message.send_length))
        return false;
    struct op *caller = held->peer;
    held->user_data = entry->user_data;
    held->message = entry->message;
    held->badge = slot->badge;
    held->object = slot->object;
    held->epoch = slot->epoch;
    held->slot_flags = 0;
    held->status = OP_STATUS(OP_IDLE, OP_ARENA);
    answer(caller, held, ring, entry->method);
    receive(held, slot->object);
    return true;
}
