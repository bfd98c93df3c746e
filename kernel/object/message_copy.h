/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes and capabilities of one message, from its sender to its receiver. */
#pragma once

#include "object/op.h"
#include "object/ring.h"
#include "object/thread.h"

/* What a delivery put where; goes into the receiver's completion. */
struct delivery {
    uint32_t length;
    uint32_t offset;
    uint8_t caps;
    uint8_t flags; /* enum sg_completion_flag */
};

/* Words first, then what is left of one. */
static inline void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t length)
{
    uint32_t words = length / sizeof(uint64_t);

    arch_copy_words(to, from, words);
    for (uint32_t i = words * sizeof(uint64_t); i < length; i++)
        to[i] = from[i];
}

/* Where a message waits to be copied, with the arena its sender has. */
static inline const uint8_t *message_source(const struct op *from, const struct ring *ring)
{
    if (from->flags & OP_FAULT)
        return (const uint8_t *)&from->thread->fault;
    return from->flags & OP_ARENA ? ring->arena + from->message.send_offset
                                  : (const uint8_t *)from->thread->context.word;
}

/* Fills the payload registers of a thread: all eight when they come from registers, otherwise the
   message and zeros. */
static inline void message_to_registers(struct thread *thread, const struct op *from,
                                        const uint8_t *source)
{
    uint64_t *word = thread->context.word;

    if (!(from->flags & (OP_ARENA | OP_FAULT))) {
        arch_copy_words(word, source, SG_REGISTER_BYTES / sizeof(*word));
        return;
    }
    arch_zero_words(word, SG_REGISTER_BYTES / sizeof(*word));
    copy_bytes((uint8_t *)word, source, from->message.send_length);
}

/* Copies what `from` sends to where `to` receives, with its capabilities, all or nothing: SG_OK,
   SG_TOO_BIG, or the status of transfer_prepare. */
MUST_USE enum sg_status message_copy(const struct op *from, const struct op *to,
                                     struct delivery *delivery);
