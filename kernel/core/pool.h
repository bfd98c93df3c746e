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

bool pool_is_free(const struct pool *pool, uint32_t index);

/* Takes one; free_count must not be 0. */
MUST_USE uint32_t pool_take(struct pool *pool);

/* Gives a taken one back; it is the next to be taken. */
void pool_give(struct pool *pool, uint32_t index);

/* Forgets a taken one for ever: never free again. (It simply stays taken.) */
