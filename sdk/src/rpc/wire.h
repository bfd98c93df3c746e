/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies around a message: the little-endian status word in front of every reply, and the header
   that may be in front of a request, which to protobuf is one more field. */
#pragma once

#include <stdint.h>

#include "signet/rpc.h"

/* Field 2047, fixed64: the first two bytes of a header, and of no other field. */
#define HEADER_TAG_FIRST 0xf9u
#define HEADER_TAG_SECOND 0x7fu

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

/* Writes the header, if there is a deadline to tell; returns the bytes it took. */
static inline uint32_t header_write(uint8_t *request, uint64_t deadline_ns)
{
    if (deadline_ns == SG_FOREVER)
        return 0;
    request[0] = HEADER_TAG_FIRST;
    request[1] = HEADER_TAG_SECOND;
    for (uint32_t i = 0; i < 8; i++)
        request[2 + i] = (uint8_t)(deadline_ns >> 8 * i);
    return SG_RPC_HEADER_BYTES;
}

/* Reads the header, if there is one; returns the bytes it took. */
static inline uint32_t header_read(const uint8_t *request, uint32_t length, uint64_t *deadline_ns)
{
    *deadline_ns = SG_FOREVER;
    if (length < SG_RPC_HEADER_BYTES || request[0] != HEADER_TAG_FIRST ||
        request[1] != HEADER_TAG_SECOND)
        return 0;
    *deadline_ns = 0;
    for (uint32_t i = 0; i < 8; i++)
        *deadline_ns |= (uint64_t)request[2 + i] << 8 * i;
    return SG_RPC_HEADER_BYTES;
}
