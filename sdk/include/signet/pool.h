/* SPDX-License-Identifier: BSD-2-Clause */
/* A pool of workers that share out the items of a job. Which worker does an item, and when, is
   nobody's to know: an item writes what belongs to it alone, and results are combined in the order of
   the items. So what a job computes is the same for one worker and for many, to the last bit. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "signet/status.h"

struct sg_pool;

/* Work on item `index` of a job. */
typedef void sg_pool_item(void *context, uint32_t index);

/* A job whose items have results, which are combined. */
struct sg_pool_reduction {
    /* Writes the result of an item. */
    void (*map)(void *context, uint32_t index, void *result);
    /* Adds a result to the total; called for item 0 first, then 1, and so on. */
    void (*combine)(void *context, void *total, const void *result);
    void *results; /* result_bytes for each item, the caller's */
    size_t result_bytes;
    void *total;
};

/* Makes a pool of `workers` threads, the calling one included: 1 does everything by itself. */
SG_MUST_USE enum sg_status sg_pool_create(uint32_t workers, struct sg_pool **pool);
/* Ends the workers; the pool must have no job. */
SG_MUST_USE enum sg_status sg_pool_destroy(struct sg_pool *pool);

/* Does all items of a job and returns when all are done. One job at a time; an item must not call
   the pool. */
void sg_pool_run(struct sg_pool *pool, uint32_t count, sg_pool_item *item, void *context);
/* The same for items with results; *reduction->total is the caller's start value, then the result. */
void sg_pool_reduce(struct sg_pool *pool, uint32_t count, const struct sg_pool_reduction *reduction,
                    void *context);
