/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/message_copy.h"

#include "object/transfer.h"

/* Checks and reserves the capabilities of a message: steps (1) and (2) of a transfer. */
static enum sg_status prepare_caps(const struct op *from, const struct op *to,
                                   struct transfer *transfer)
{
    struct sg_cap_transfer list[SG_MESSAGE_CAPS_MAX];

    transfer->count = from->message.caps_count;
    if (transfer->count == 0)
        return SG_OK;
    /* Registers have no room for any; their record may be of an earlier message. */
    if (!(to->flags & OP_ARENA) || transfer->count > to->message.receive_caps_count)
        return SG_TOO_BIG;
    if (op_thread(from) == NULL || op_thread(to) == NULL)
        return SG_PEER_GONE;
    cpu_work(WORK_MAX);
    arch_copy_words(list, op_ring(from)->arena + from->message.caps_offset,
                    transfer->count * sizeof(list[0]) / sizeof(uint64_t));
    transfer->source = thread_cspace(op_thread(from));
    transfer->destination = thread_cspace(op_thread(to));
    return transfer_prepare(transfer, list);
}

enum sg_status message_copy(const struct op *from, const struct op *to, struct delivery *delivery)
{
    bool to_arena = to->flags & OP_ARENA;
    uint32_t length = from->message.send_length;
    struct transfer transfer;

    if (length > (to_arena ? to->message.receive_length : SG_REGISTER_BYTES))
        return SG_TOO_BIG;
    enum sg_status status = prepare_caps(from, to, &transfer);
    if (status != SG_OK)
        return status;
    cpu_work(length / 8);
    const uint8_t *source = message_source(from, op_ring(from));
    if (to_arena)
        copy_bytes(op_ring(to)->arena + to->message.receive_offset, source, length);
    else
        message_to_registers(to->thread, from, source);
    if (transfer.count != 0) {
        struct sg_handle handle[SG_MESSAGE_CAPS_MAX];

        transfer_commit(&transfer, handle);
        arch_copy_words(op_ring(to)->arena + to->message.receive_caps_offset, handle,
                        transfer.count);
    }
    delivery->length = length;
    delivery->offset = to_arena ? to->message.receive_offset : 0;
    delivery->caps = (uint8_t)transfer.count;
    delivery->flags = (uint8_t)((to_arena ? 0 : SG_COMPLETE_REGISTERS) |
                                (from->flags & OP_FAULT ? SG_COMPLETE_FAULT : 0));
    return SG_OK;
}
