/* SPDX-License-Identifier: BSD-2-Clause */
/* Small integers handed out and taken back in O(1). Those below count have been taken before; of them
   order[0 .. free_count - 1] are free and the rest taken, and rank[i] is the place of i in order. Those
   from count up to limit are free too, and nothing is written about them yet. */
#pragma once

#include "core/base.h"

#define POOL_MAX 4096u

struct pool {
    uint16_t *order;
    uint16_t *rank;
    uint32_t count;
    uint32_t free_count;
    uint32_t limit;
};

/* Macros where a memory read must stay in sight of the provers' quantifiers. */
#define POOL_FREE(pool, i) ((pool)->rank[i] < (pool)->free_count)
#define POOL_LEFT(pool) ((pool)->limit - (pool)->count + (pool)->free_count) /* how many are free */

/*@ predicate pool_memory_ok(struct pool *pool) =
      pool->count <= pool->limit <= POOL_MAX &&
      \valid(pool->order + (0 .. pool->limit - 1)) &&
      \valid(pool->rank + (0 .. pool->limit - 1)) &&
      \separated(pool, pool->order + (0 .. pool->limit - 1),
                 pool->rank + (0 .. pool->limit - 1));

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

/* Makes every integer below limit free; the arrays are the caller's and stay with the pool. */
/*@ requires limit <= POOL_MAX && \valid(pool);
    requires \valid(order + (0 .. limit - 1)) && \valid(rank + (0 .. limit - 1));
    requires \separated(pool, order + (0 .. limit - 1), rank + (0 .. limit - 1));
    assigns *pool;
    ensures POOL_OK(pool);
    ensures pool->order == order && pool->rank == rank;
    ensures pool->limit == limit && pool->count == 0 && pool->free_count == 0;
*/
static inline void pool_init(struct pool *pool, uint16_t *order, uint16_t *rank, uint32_t limit)
{
    pool->order = order;
    pool->rank = rank;
    pool->count = 0;
    pool->free_count = 0;
    pool->limit = limit;
}

/* When all below count are taken: makes count one to take, unless that is the limit. */
/*@ requires \valid(pool) && POOL_OK(pool) && pool->free_count == 0;
    assigns pool->count, pool->free_count, pool->order[0 .. pool->limit - 1],
            pool->rank[0 .. pool->limit - 1];
    ensures POOL_OK(pool);
    ensures pool_only_changed{Pre,Post}(pool, \old(pool->count));
    behavior full:
      assumes pool->count == pool->limit;
      ensures pool->count == \old(pool->count) && pool->free_count == 0;
    behavior grows:
      assumes pool->count < pool->limit;
      ensures pool->count == \old(pool->count) + 1 && pool->free_count == 1;
      ensures POOL_FREE(pool, \old(pool->count));
    complete behaviors;
    disjoint behaviors;
*/
SPARING void pool_grow(struct pool *pool);

/* Whether one that has been taken before is free. */
/*@ requires \valid_read(pool) && pool_memory_ok(pool) && index < pool->count;
    assigns \nothing;
    ensures \result <==> POOL_FREE(pool, index);
*/
static inline bool pool_is_free(const struct pool *pool, uint32_t index)
{
    return pool->rank[index] < pool->free_count;
}

/* How many are free. */
/*@ requires \valid_read(pool) && pool->free_count <= pool->count <= pool->limit;
    assigns \nothing;
    ensures \result == POOL_LEFT(pool);
*/
static inline uint32_t pool_left(const struct pool *pool)
{
    return pool->limit - (pool->count - pool->free_count);
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

/* Whether there is one to take. */
/*@ requires \valid(pool) && POOL_OK(pool);
    assigns pool->count, pool->free_count, pool->order[0 .. pool->limit - 1],
            pool->rank[0 .. pool->limit - 1];
    ensures POOL_OK(pool);
    ensures pool_only_changed{Pre,Post}(pool, \old(pool->count));
    ensures POOL_LEFT(pool) == \old(POOL_LEFT(pool));
    ensures \old(pool->count) <= pool->count;
    ensures \result <==> pool->free_count > 0;
    ensures \result <==> POOL_LEFT(pool) > 0;
    ensures new: \old(pool->count) < pool->count ==>
      pool->count == \old(pool->count) + 1 && POOL_FREE(pool, \old(pool->count));
*/
MUST_USE static inline bool pool_has(struct pool *pool)
{
    if (LIKELY(pool->free_count != 0))
        return true;
    pool_grow(pool);
    return pool->free_count != 0;
}

/* Takes one, maybe for the first time; POOL_LEFT must not be 0. */
/*@ requires \valid(pool) && POOL_OK(pool) && POOL_LEFT(pool) > 0;
    assigns pool->count, pool->free_count, pool->order[0 .. pool->limit - 1],
            pool->rank[0 .. pool->limit - 1];
    ensures POOL_OK(pool);
    ensures \result < pool->count && !POOL_FREE(pool, \result);
    ensures \result < \old(pool->count) ==> \old(POOL_FREE(pool, \at(\result, Post)));
    ensures pool_only_changed{Pre,Post}(pool, \result);
    ensures POOL_LEFT(pool) == \old(POOL_LEFT(pool)) - 1;
*/
MUST_USE static inline uint32_t pool_take_any(struct pool *pool)
{
    (void)pool_has(pool);
    return pool_take(pool);
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
    uint16_t *order = pool->order;
    uint16_t *rank = pool->rank;
    uint32_t end = pool->free_count;
    uint16_t place = rank[index];
    uint16_t other = order[end];

    order[place] = other;
    rank[other] = place;
    order[end] = (uint16_t)index;
    rank[index] = (uint16_t)end;
    pool->free_count = end + 1;
}
