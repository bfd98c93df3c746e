/* SPDX-License-Identifier: BSD-2-Clause */
/* A pool computes the same with one worker and with many. */
#include <string.h>

#include <signet/object.h>
#include <signet/pool.h>

#include "checks.h"
#include "own.h"
#include "report.h"

#define ITEMS 500u

static uint32_t worked; /* bit n: thread n did an item */

/* An addition whose result depends on the order, of items that take different times. */
static void map(void *context, uint32_t index, void *result)
{
    double sum = 0;

    (void)context;
    for (uint32_t i = 0; i < index % 50 * 10; i++)
        sum += 1.0 / (1.0 + index * 0.37 + i);
    if (index % 16 == 0)
        sg_thread_yield();
    __atomic_fetch_or(&worked, 1u << sg_thread_number(), __ATOMIC_RELAXED);
    *(double *)result = sum;
}

static void add(void *context, void *total, const void *result)
{
    (void)context;
    *(double *)total = *(double *)total * 1.0000001 + *(const double *)result;
}

static uint64_t reduce_with(uint32_t workers)
{
    static double results[ITEMS];
    double total = 0;
    const struct sg_pool_reduction reduction = {map, add, results, sizeof results[0], &total};
    struct sg_pool *pool = NULL;
    uint64_t bits;

    report_status("pool/create", SG_OK, sg_pool_create(workers, &pool));
    sg_pool_reduce(pool, ITEMS, &reduction, NULL);
    report_status("pool/destroy", SG_OK, sg_pool_destroy(pool));
    memcpy(&bits, &total, sizeof bits);
    return bits;
}

void check_pool(void)
{
    uint64_t frames = own_free_frames();
    struct sg_pool *pool;
    uint64_t alone = reduce_with(1);

    report_equal("pool/one worker is the caller", 1, worked);
    worked = 0;
    for (uint32_t workers = 2; workers <= 2 * WORKERS; workers *= 2)
        report_equal("pool/the same result, to the last bit", alone, reduce_with(workers));
    report_equal("pool/by more than one thread", 1, (worked & (worked - 1)) != 0);
    report_status("pool/of nobody", SG_BAD_ARGUMENT, sg_pool_create(0, &pool));
    report_status("pool/of too many", SG_BAD_ARGUMENT, sg_pool_create(SG_THREADS_MAX + 1, &pool));
    report_equal("pool/it leaves nothing behind", frames, own_free_frames());
}
