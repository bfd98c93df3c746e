/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds of messages inside an arena: arithmetic on untrusted 32-bit numbers, nothing else. */
#pragma once

#include "abi/ring.h"
#include "core/base.h"

/* Whether [offset, offset + length) lies inside an arena of arena_size bytes. */
MUST_USE static inline bool range_fits(uint32_t offset, uint32_t length, uint32_t arena_size)
{
    return length <= arena_size && offset <= arena_size - length;
}

/* Checks every offset, length and count of a message, 8-byte alignment of both capability vectors
   included: SG_OK, SG_BAD_ARGUMENT, or SG_TOO_BIG past SG_MESSAGE_MAX or SG_MESSAGE_CAPS_MAX. */
MUST_USE enum sg_status message_check(const struct sg_message *message, uint32_t arena_size);
