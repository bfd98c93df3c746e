/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool.h"

SPARING void pool_grow(struct pool *pool)
{
    uint32_t new = pool->count;

    if (new == pool->limit)
        return;
    pool->order[new] = (uint16_t)new;
    pool->rank[new] = (uint16_t)new;
    pool->count = new + 1;
    pool_give(pool, new);
}
