/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds of messages inside an arena: arithmetic on untrusted 32-bit numbers, nothing else. */
#pragma once

#include "abi/ring.h"
#include "core/base.h"

/* Logical arithmetic does not wrap, so this is the whole truth. */

#define RANGE_FITS(offset, length, size) ((offset) + (length) <= (size))

/*@ // What the kernel may then do without looking again.
    predicate message_fits(struct sg_message *message, integer size) =
      RANGE_FITS(message->send_offset, message->send_length, size) &&
      RANGE_FITS(message->receive_offset, message->receive_length, size) &&
      RANGE_FITS(message->caps_offset, 24 * message->caps_count, size) &&
      RANGE_FITS(message->receive_caps_offset, 8 * message->receive_caps_count, size) &&
      message->caps_offset % 8 == 0 && message->receive_caps_offset % 8 == 0 &&
      message->reserved == 0;

    predicate message_bounded(struct sg_message *message) =
      message->send_length <= SG_MESSAGE_MAX && message->receive_length <= SG_MESSAGE_MAX &&
      message->caps_count <= SG_MESSAGE_CAPS_MAX &&
      message->receive_caps_count <= SG_MESSAGE_CAPS_MAX;
*/

/* Whether [offset, offset + length) lies inside an arena of arena_size bytes. */
/*@ assigns \nothing;
    ensures \result <==> RANGE_FITS(offset, length, arena_size);
*/
MUST_USE static inline bool range_fits(uint32_t offset, uint32_t length, uint32_t arena_size)
{
    return (uint64_t)offset + length <= arena_size;
}

/* Checks every offset, length and count of a message, 8-byte alignment of both capability vectors
   included: SG_OK, SG_BAD_ARGUMENT, or SG_TOO_BIG past SG_MESSAGE_MAX or SG_MESSAGE_CAPS_MAX. */
/*@ requires \valid_read(message);
    assigns \nothing;
    behavior accepts:
      assumes message_bounded(message) && message_fits(message, arena_size);
      ensures \result == SG_OK;
    behavior too_big:
      assumes !message_bounded(message);
      ensures \result == SG_TOO_BIG;
    behavior refuses:
      assumes message_bounded(message) && !message_fits(message, arena_size);
      ensures \result == SG_BAD_ARGUMENT;
    complete behaviors;
    disjoint behaviors;
*/
MUST_USE enum sg_status message_check(const struct sg_message *message, uint32_t arena_size);
