/* SPDX-License-Identifier: BSD-2-Clause */
/* The little-endian status word in front of every reply, and answering by system call. */
#pragma once

#include <stdint.h>

#include "signet/rpc.h"
#include "signet/status.h"

/* Writes the status; returns the bytes it took. */
static inline uint32_t envelope_write(uint8_t *reply, int status)
{
    uint32_t word = (uint32_t)status;

    for (uint32_t i = 0; i < SG_RPC_ENVELOPE_BYTES; i++)
        reply[i] = (uint8_t)(word >> 8 * i);
    return SG_RPC_ENVELOPE_BYTES;
}

/* Reads the status of a reply that is at least that long. */
static inline uint32_t envelope_read(const uint8_t *reply)
{
    return (uint32_t)reply[0] | (uint32_t)reply[1] << 8 | (uint32_t)reply[2] << 16 |
           (uint32_t)reply[3] << 24;
}

/* Answers the call of that token at once; `reply` may lie anywhere. */
SG_MUST_USE enum sg_status answer_call(uint32_t token, uint16_t method, const uint8_t *reply,
                                       uint32_t length);
