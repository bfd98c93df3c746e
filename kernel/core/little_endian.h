/* SPDX-License-Identifier: BSD-2-Clause */
/* Little-endian integers in untrusted bytes: no casts, no alignment; sums of products, which the
   provers understand and the compiler turns into one load. */
#pragma once

#include "core/base.h"

/*@ logic integer le16{L}(uint8_t *p) = p[0] + 0x100 * p[1];
    logic integer le32{L}(uint8_t *p) = le16(p) + 0x10000 * le16(p + 2);
    logic integer le64{L}(uint8_t *p) = le32(p) + 0x100000000 * le32(p + 4);
*/

/* The 16-bit integer at p. */
/*@ requires \valid_read(p + (0 .. 1));
    assigns \nothing;
    ensures \result == le16(p);
*/
static inline uint16_t read_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] + 0x100u * p[1]);
}

/* The 32-bit integer at p. */
/*@ requires \valid_read(p + (0 .. 3));
    assigns \nothing;
    ensures \result == le32(p);
*/
static inline uint32_t read_le32(const uint8_t *p)
{
    return read_le16(p) + 0x10000u * read_le16(p + 2);
}

/* The 64-bit integer at p. */
/*@ requires \valid_read(p + (0 .. 7));
    assigns \nothing;
    ensures \result == le64(p);
*/
static inline uint64_t read_le64(const uint8_t *p)
{
    return read_le32(p) + UINT64_C(0x100000000) * read_le32(p + 4);
}
