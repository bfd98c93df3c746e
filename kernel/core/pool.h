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

/* Macros where a memory read must stay in sight of the provers' quantifiers. */
#define POOL_FREE(pool, i) ((pool)->rank[i] < (pool)->free_count)

/*@ predicate pool_memory_ok(struct pool *pool) =
      pool->count <= POOL_MAX &&
      \valid(pool->order + (0 .. pool->count - 1)) &&
      \valid(pool->rank + (0 .. pool->count - 1)) &&
      \separated(pool, pool->order + (0 .. pool->count - 1),
                 pool->rank + (0 .. pool->count - 1));

    predicate pool_order_ok(struct pool *pool) =
      \forall integer k; 0 <= k < pool->count ==>
        pool->order[k] < pool->count && pool->rank[pool->order[k]] == k;

    predicate pool_ranks_ok(struct pool *pool) =
      \forall integer i; 0 <= i < pool->count ==>
        pool->rank[i] < pool->count && pool->order[pool->rank[i]] == i;

    predicate pool_only_changed{A,B}(struct pool *pool, integer changed) =
      \forall integer i; 0 <= i < \at(pool->count, A) && i != changed ==>
        (\at(POOL_FREE(pool, i), A) <==> \at(POOL_FREE(pool, i), B));
*/

/* The invariant; a macro so that each conjunct becomes a goal of its own. */
#define POOL_OK(pool)                                                                              \
    (pool_memory_ok(pool) && (pool)->free_count <= (pool)->count && pool_order_ok(pool) &&         \
     pool_ranks_ok(pool))

/* Makes every integer below count free. */
/*@ requires count <= POOL_MAX && \valid(pool);
    requires \valid(order + (0 .. count - 1)) && \valid(rank + (0 .. count - 1));
    requires \separated(pool, order + (0 .. count - 1), rank + (0 .. count - 1));
    assigns *pool, order[0 .. count - 1], rank[0 .. count - 1];
    ensures POOL_OK(pool);
    ensures pool->order == order && pool->rank == rank;
    ensures pool->count == count && pool->free_count == count;
*/
void pool_init(struct pool *pool, uint16_t *order, uint16_t *rank, uint32_t count);

/* Whether an integer of the pool may still be taken. */
/*@ requires \valid_read(pool) && pool_memory_ok(pool) && index < pool->count;
    assigns \nothing;
    ensures \result <==> POOL_FREE(pool, index);
*/
static inline bool pool_is_free(const struct pool *pool, uint32_t index)
{
    return pool->rank[index] < pool->free_count;
}

/* Takes one; free_count must not be 0. */
/*@ requires \valid(pool) && POOL_OK(pool) && pool->free_count > 0;
    assigns pool->free_count;
    ensures POOL_OK(pool);
    ensures \result < pool->count;
    ensures \old(POOL_FREE(pool, \at(\result, Post))) && !POOL_FREE(pool, \result);
    ensures pool_only_changed{Pre,Post}(pool, \result);
    ensures pool->free_count == \old(pool->free_count) - 1;
*/
MUST_USE static inline uint32_t pool_take(struct pool *pool)
{
    pool->free_count--;
    return pool->order[pool->free_count];
}

/* Gives a taken one back; it is the next to be taken. */
/*@ requires \valid(pool) && POOL_OK(pool);
    requires index < pool->count && !POOL_FREE(pool, index);
    assigns pool->free_count, pool->order[0 .. pool->count - 1], pool->rank[0 .. pool->count - 1];
    ensures POOL_OK(pool);
    ensures POOL_FREE(pool, index);
    ensures pool_only_changed{Pre,Post}(pool, index);
    ensures pool->free_count == \old(pool->free_count) + 1;
    ensures next: pool->order[pool->free_count - 1] == index;
*/
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
