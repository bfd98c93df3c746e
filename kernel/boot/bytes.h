/* SPDX-License-Identifier: BSD-2-Clause */
/* Little-endian numbers at any alignment; the caller has checked that the bytes are there. */
#pragma once

#include "core/base.h"

static inline uint32_t bytes_u16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline uint32_t bytes_u32(const uint8_t *bytes)
{
    return bytes_u16(bytes) | bytes_u16(bytes + 2) << 16;
}

static inline uint64_t bytes_u64(const uint8_t *bytes)
{
    return bytes_u32(bytes) | (uint64_t)bytes_u32(bytes + 4) << 32;
}
