/* SPDX-License-Identifier: BSD-2-Clause */
/* Small integers handed out and taken back in O(1). A permutation: order[0 .. free_count - 1] are the
   free ones, the rest are taken; rank[i] is the place of i in order. */
#pragma once

#include "core/base.h"

#define POOL_MAX 4096u

struct pool {
    uint16_t *order;
    uint16_t *rank;
    uint32_t count;
    uint32_t free_count;
};

/* Makes every integer below count free. */
void pool_init(struct pool *pool, uint16_t *order, uint16_t *rank, uint32_t count);

/* Whether an integer of the pool may still be taken. */
static inline bool pool_is_free(const struct pool *pool, uint32_t index)
{
    return pool->rank[index] < pool->free_count;
}

/* Takes one; free_count must not be 0. */
MUST_USE static inline uint32_t pool_take(struct pool *pool)
{
    pool->free_count--;
    return pool->order[pool->free_count];
}

/* Gives a taken one back; it is the next to be taken. */
static inline void pool_give(struct pool *pool, uint32_t index)
{
    uint16_t place = pool->rank[index];
    uint16_t other = pool->order[pool->free_count];

    pool->order[place] = other;
    pool->rank[other] = place;
    pool->order[pool->free_count] = (uint16_t)index;
    pool->rank[index] = (uint16_t)pool->free_count;
    pool->free_count++;
}

/* Forgets a taken one for ever: never free again. (It simply stays taken.) */
