/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena in units of SG_BUFFER_UNIT bytes; a set bit is a unit in use. */
#include "signet/ring.h"

static uint32_t units_of(uint32_t bytes)
{
    return bytes / SG_BUFFER_UNIT + (bytes % SG_BUFFER_UNIT != 0);
}

static int is_used(const struct sg_ring *ring, uint32_t unit)
{
    return (int)(ring->used[unit / 64] >> (unit % 64) & 1);
}

static void mark(struct sg_ring *ring, uint32_t first, uint32_t count, int used)
{
    for (uint32_t unit = first; unit < first + count; unit++) {
        uint64_t bit = UINT64_C(1) << (unit % 64);
        if (used)
            ring->used[unit / 64] |= bit;
        else
            ring->used[unit / 64] &= ~bit;
    }
}

enum sg_status sg_ring_buffer(struct sg_ring *ring, uint32_t bytes, uint32_t *offset,
                              void **pointer)
{
    uint32_t total = ring->arena_bytes / SG_BUFFER_UNIT;
    uint32_t wanted = units_of(bytes);
    uint32_t run = 0;

    if (bytes == 0)
        return SG_BAD_ARGUMENT;
    for (uint32_t unit = 0; unit < total; unit++) {
        run = is_used(ring, unit) ? 0 : run + 1;
        if (run < wanted)
            continue;
        uint32_t first = unit + 1 - wanted;
        mark(ring, first, wanted, 1);
        *offset = first * SG_BUFFER_UNIT;
        *pointer = sg_ring_at(ring, *offset);
        return SG_OK;
    }
    return SG_LIMIT;
}

void sg_ring_buffer_free(struct sg_ring *ring, uint32_t offset, uint32_t bytes)
{
    mark(ring, offset / SG_BUFFER_UNIT, units_of(bytes), 0);
}
