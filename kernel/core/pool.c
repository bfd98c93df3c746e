/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool.h"

void pool_init(struct pool *pool, uint16_t *order, uint16_t *rank, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (uint16_t)(count - 1 - i);
        rank[i] = (uint16_t)(count - 1 - i);
    }
    pool->order = order;
    pool->rank = rank;
    pool->count = count;
    pool->free_count = count;
}
