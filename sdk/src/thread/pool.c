/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/pool.h"

#include <stdbool.h>
#include <stdlib.h>

#include "signet/sync.h"
#include "signet/thread.h"

struct sg_pool {
    struct sg_mutex mutex;
    struct sg_condition work; /* a job began, or the pool ends */
    struct sg_condition done; /* the last worker has no item left */
    /* mutex protects: */
    uint64_t job; /* number of the job, from 1 */
    uint32_t busy;
    bool is_ending;
    /* set before a job begins: */
    sg_pool_item *item;
    void *context;
    uint32_t count;
    uint64_t next; /* item nobody has taken yet */
    uint32_t thread_count;
    struct sg_thread *thread[];
};

/* Takes items until there are none. */
static void do_items(struct sg_pool *pool)
{
    uint64_t index;

    while ((index = __atomic_fetch_add(&pool->next, 1, __ATOMIC_RELAXED)) < pool->count)
        pool->item(pool->context, (uint32_t)index);
}

/* Waits for a job after that one; false when the pool ends. */
static bool wait_for_job(struct sg_pool *pool, uint64_t *job)
{
    sg_mutex_lock(&pool->mutex);
    while (pool->job == *job && !pool->is_ending)
        (void)sg_condition_wait(&pool->work, &pool->mutex, SG_FOREVER);
    *job = pool->job;
    bool goes_on = !pool->is_ending;
    sg_mutex_unlock(&pool->mutex);
    return goes_on;
}

static int work(void *argument)
{
    struct sg_pool *pool = argument;
    uint64_t job = 0;

    while (wait_for_job(pool, &job)) {
        do_items(pool);
        sg_mutex_lock(&pool->mutex);
        if (--pool->busy == 0)
            sg_condition_signal(&pool->done);
        sg_mutex_unlock(&pool->mutex);
    }
    return 0;
}

enum sg_status sg_pool_create(uint32_t workers, struct sg_pool **pool)
{
    const struct sg_thread_options options = {.name = "worker"};
    struct sg_pool *made;

    if (workers == 0 || workers > SG_THREADS_MAX)
        return SG_BAD_ARGUMENT;
    made = calloc(1, sizeof *made + (workers - 1) * sizeof made->thread[0]);
    if (made == NULL)
        return SG_NO_FRAMES;
    while (made->thread_count < workers - 1) {
        enum sg_status status =
            sg_thread_create(&options, work, made, &made->thread[made->thread_count]);
        if (status != SG_OK) {
            (void)sg_pool_destroy(made);
            return status;
        }
        made->thread_count++;
    }
    *pool = made;
    return SG_OK;
}

enum sg_status sg_pool_destroy(struct sg_pool *pool)
{
    enum sg_status first_failure = SG_OK;
    int result;

    sg_mutex_lock(&pool->mutex);
    pool->is_ending = true;
    sg_condition_broadcast(&pool->work);
    sg_mutex_unlock(&pool->mutex);
    for (uint32_t i = 0; i < pool->thread_count; i++) {
        enum sg_status status = sg_thread_join(pool->thread[i], &result);
        if (first_failure == SG_OK)
            first_failure = status;
    }
    free(pool);
    return first_failure;
}

void sg_pool_run(struct sg_pool *pool, uint32_t count, sg_pool_item *item, void *context)
{
    sg_mutex_lock(&pool->mutex);
    pool->item = item;
    pool->context = context;
    pool->count = count;
    pool->next = 0;
    pool->busy = pool->thread_count;
    pool->job++;
    sg_condition_broadcast(&pool->work);
    sg_mutex_unlock(&pool->mutex);
    do_items(pool);
    sg_mutex_lock(&pool->mutex);
    while (pool->busy != 0)
        (void)sg_condition_wait(&pool->done, &pool->mutex, SG_FOREVER);
    sg_mutex_unlock(&pool->mutex);
}

/* What an item of a reduction needs. */
struct reduce {
    const struct sg_pool_reduction *reduction;
    void *context;
};

static void *result_of(const struct sg_pool_reduction *reduction, uint32_t index)
{
    return (uint8_t *)reduction->results + index * reduction->result_bytes;
}

static void map_item(void *context, uint32_t index)
{
    const struct reduce *reduce = context;

    reduce->reduction->map(reduce->context, index, result_of(reduce->reduction, index));
}

void sg_pool_reduce(struct sg_pool *pool, uint32_t count, const struct sg_pool_reduction *reduction,
                    void *context)
{
    struct reduce reduce = {reduction, context};

    sg_pool_run(pool, count, map_item, &reduce);
    for (uint32_t i = 0; i < count; i++)
        reduction->combine(context, reduction->total, result_of(reduction, i));
}
