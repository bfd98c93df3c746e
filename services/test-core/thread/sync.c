/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, conditions and once, between threads that the kernel switches where it likes. */
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/sync.h>

#include "checks.h"
#include "own.h"
#include "queue/entries.h"
#include "report.h"

#define ROUNDS 2000u

struct counter {
    struct sg_mutex mutex;
    volatile uint64_t value;
};

static int count(void *argument)
{
    struct counter *counter = argument;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        sg_mutex_lock(&counter->mutex);
        uint64_t before = counter->value;
        if (i % 16 == 0)
            sg_thread_yield(); /* the others run into the mutex */
        counter->value = before + 1;
        sg_mutex_unlock(&counter->mutex);
    }
    return 0;
}

static void a_mutex_excludes(void)
{
    struct counter counter = {0};
    uint64_t before;

    (void)run_in_workers(count, &counter);
    report_equal("sync/a mutex excludes", (uint64_t)WORKERS * ROUNDS, counter.value);
    report_equal("sync/and is free with nobody waiting", 0, counter.mutex.state);
    before = entries_counted();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        sg_mutex_lock(&counter.mutex);
        sg_mutex_unlock(&counter.mutex);
    }
    report_equal("sync/no kernel entry without contention", before, entries_counted());
}

struct hand_over {
    struct sg_mutex mutex;
    struct sg_condition changed;
    uint32_t value; /* 0: empty */
    uint64_t sum;
    uint32_t roles;
};

static void put(struct hand_over *place, uint32_t value)
{
    sg_mutex_lock(&place->mutex);
    while (place->value != 0)
        (void)sg_condition_wait(&place->changed, &place->mutex, SG_FOREVER);
    place->value = value;
    sg_condition_broadcast(&place->changed);
    sg_mutex_unlock(&place->mutex);
}

static void take(struct hand_over *place)
{
    sg_mutex_lock(&place->mutex);
    while (place->value == 0)
        (void)sg_condition_wait(&place->changed, &place->mutex, SG_FOREVER);
    place->sum += place->value;
    place->value = 0;
    sg_condition_broadcast(&place->changed);
    sg_mutex_unlock(&place->mutex);
}

static int put_or_take(void *argument)
{
    struct hand_over *place = argument;
    uint32_t role = __atomic_fetch_add(&place->roles, 1, __ATOMIC_RELAXED) % 2;

    for (uint32_t i = 1; i <= ROUNDS; i++) {
        if (role == 0)
            put(place, i);
        else
            take(place);
    }
    return 0;
}

static void conditions_lose_nothing(void)
{
    struct hand_over place = {0};

    (void)run_in_workers(put_or_take, &place);
    report_equal("sync/what was put is taken", (uint64_t)WORKERS / 2 * ROUNDS * (ROUNDS + 1) / 2,
                 place.sum);
}

static void a_wait_ends_in_time(void)
{
    struct sg_mutex mutex = {0};
    struct sg_condition condition = {0};
    uint64_t now_ns = own_now_ns();

    sg_mutex_lock(&mutex);
    report_status("sync/a wait that nobody ends", SG_TIMED_OUT,
                  sg_condition_wait(&condition, &mutex, now_ns + 2000000));
    report_equal("sync/not before its time", 1, own_now_ns() >= now_ns + 2000000);
    report_equal("sync/has the mutex again", 0, (uint64_t)sg_mutex_try(&mutex));
    sg_mutex_unlock(&mutex);
}

static struct sg_once once;
static uint32_t begun;

static void begin(void)
{
    sg_thread_yield();
    begun++;
}

static int do_once(void *argument)
{
    (void)argument;
    sg_once(&once, begin);
    return (int)begun;
}

void check_sync(void)
{
    a_mutex_excludes();
    conditions_lose_nothing();
    a_wait_ends_in_time();
    report_equal("sync/once, and done when it returns", WORKERS,
                 (uint64_t)run_in_workers(do_once, NULL));
}
