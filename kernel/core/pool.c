/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool.h"

void pool_init(struct pool *pool, uint16_t *order, uint16_t *rank, uint32_t count)
{
    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer k; 0 <= k < i ==>
          order[k] == count - 1 - k && rank[k] == count - 1 - k;
        loop assigns i, order[0 .. count - 1], rank[0 .. count - 1];
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (uint16_t)(count - 1 - i);
        rank[i] = (uint16_t)(count - 1 - i);
    }
    pool->order = order;
    pool->rank = rank;
    pool->count = count;
    pool->free_count = count;
}
