/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena in units of SG_BUFFER_UNIT bytes; a set bit is a unit in use. */
#include "signet/ring.h"

#define WORD_BITS 64u

/* What turns the wanted units into set bits. */
#define USED_UNITS UINT64_C(0)
#define FREE_UNITS UINT64_MAX

static uint32_t units_of(uint32_t bytes)
{
    return bytes / SG_BUFFER_UNIT + (bytes % SG_BUFFER_UNIT != 0);
}

/* The first unit of [unit, end) that is used or free as wanted, or `end`. */
static uint32_t find(const struct sg_ring *ring, uint32_t unit, uint32_t end, uint64_t turn)
{
    while (unit < end) {
        uint64_t wanted = (ring->used[unit / WORD_BITS] ^ turn) >> unit % WORD_BITS;

        if (wanted != 0) {
            unit += (uint32_t)__builtin_ctzll(wanted);
            break;
        }
        unit += WORD_BITS - unit % WORD_BITS;
    }
    return unit < end ? unit : end;
}

static void flip(struct sg_ring *ring, uint32_t first, uint32_t count)
{
    for (uint32_t unit = first, end = first + count; unit < end;) {
        uint32_t bit = unit % WORD_BITS;
        uint32_t here = end - unit < WORD_BITS - bit ? end - unit : WORD_BITS - bit;

        ring->used[unit / WORD_BITS] ^= UINT64_MAX >> (WORD_BITS - here) << bit;
        unit += here;
    }
}

enum sg_status sg_ring_buffer(struct sg_ring *ring, uint32_t bytes, uint32_t *offset,
                              void **pointer)
{
    uint32_t total = ring->arena_bytes / SG_BUFFER_UNIT;
    uint32_t wanted = units_of(bytes);
    uint32_t first, end = 0;

    if (bytes == 0)
        return SG_BAD_ARGUMENT;
    do {
        first = find(ring, end, total, FREE_UNITS);
        if (wanted > total - first)
            return SG_LIMIT;
        end = find(ring, first, first + wanted, USED_UNITS);
    } while (end - first < wanted);
    flip(ring, first, wanted);
    *offset = first * SG_BUFFER_UNIT;
    *pointer = sg_ring_at(ring, *offset);
    return SG_OK;
}

void sg_ring_buffer_free(struct sg_ring *ring, uint32_t offset, uint32_t bytes)
{
    flip(ring, offset / SG_BUFFER_UNIT, units_of(bytes));
}
