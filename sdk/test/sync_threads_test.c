/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, conditions, once and the worker pool between threads that really run at once, which sleep
   in the host's futex. Alone and under ThreadSanitizer; a wake-up that is lost ends in the alarm. */
#include <inttypes.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "signet/frames.h"
#include "signet/object.h"
#include "signet/pool.h"
#include "signet/sync.h"
#include "signet/thread.h"
#include "sync/park.h"

#define PATIENCE_S 170u
#define THREADS 4u

/* --- the process and the kernel, as far as they are needed ---------------------------------------- */

static _Alignas(4096) uint8_t page[4096];
static uint32_t kernel_entries;
static _Thread_local uint32_t own_index;
static uint32_t next_index = 1;

struct sg_thread {
    pthread_t thread;
    uint32_t index;
    int (*function)(void *argument);
    void *argument;
};

uint32_t sg_thread_number(void)
{
    return own_index;
}

enum sg_status sg_owned_create(enum sg_type type, const uint64_t parameter[3],
                               struct sg_owned *owned)
{
    (void)type;
    (void)parameter;
    *owned = (struct sg_owned){.handle = {1, 1}, .frame_count = 2};
    return SG_OK;
}

enum sg_status sg_owned_destroy(struct sg_owned *owned)
{
    (void)owned;
    return SG_OK;
}

enum sg_status sg_map(struct sg_handle memory, uint32_t first_page, uint32_t page_count,
                      uint32_t permissions, void **address)
{
    (void)memory;
    (void)first_page;
    (void)page_count;
    (void)permissions;
    *address = page;
    return SG_OK;
}

enum sg_status sg_futex_wait(struct sg_handle memory, uint64_t offset, uint32_t expected,
                             uint64_t deadline_ns)
{
    struct timespec limit = {.tv_nsec = (long)deadline_ns};

    (void)memory;
    __atomic_add_fetch(&kernel_entries, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n((uint32_t *)(page + offset), __ATOMIC_SEQ_CST) != expected)
        return SG_CHANGED;
    long result = syscall(SYS_futex, page + offset, FUTEX_WAIT, expected,
                          deadline_ns == SG_FOREVER ? NULL : &limit, NULL, 0);
    return result != 0 && deadline_ns != SG_FOREVER ? SG_TIMED_OUT : SG_OK;
}

enum sg_status sg_futex_wake(struct sg_handle memory, uint64_t offset, uint32_t count,
                             uint32_t *woken)
{
    (void)memory;
    __atomic_add_fetch(&kernel_entries, 1, __ATOMIC_RELAXED);
    *woken = (uint32_t)syscall(SYS_futex, page + offset, FUTEX_WAKE, count, NULL, NULL, 0);
    return SG_OK;
}

void sg_thread_yield(void)
{
    sched_yield();
}

static void *begin(void *argument)
{
    struct sg_thread *thread = argument;

    own_index = thread->index;
    thread->function(thread->argument);
    return NULL;
}

enum sg_status sg_thread_create(const struct sg_thread_options *options,
                                int (*function)(void *argument), void *argument,
                                struct sg_thread **thread)
{
    (void)options;
    *thread = malloc(sizeof **thread);
    **thread =
        (struct sg_thread){.index = next_index++, .function = function, .argument = argument};
    return pthread_create(&(*thread)->thread, NULL, begin, *thread) == 0 ? SG_OK : SG_LIMIT;
}

enum sg_status sg_thread_join(struct sg_thread *thread, int *result)
{
    pthread_join(thread->thread, NULL);
    next_index--;
    free(thread);
    *result = 0;
    return SG_OK;
}

/* --- checks ----------------------------------------------------------------------------------------- */

static void expect(const char *what, uint64_t expected, uint64_t found)
{
    printf("%s %s: expected %" PRIu64 ", got %" PRIu64 "\n", expected == found ? "ok" : "not ok",
           what, expected, found);
    if (expected != found)
        exit(1);
}

static void run_in_all(int (*function)(void *argument), void *argument)
{
    const struct sg_thread_options options = {0};
    struct sg_thread *thread[THREADS];
    int result;

    for (uint32_t i = 0; i < THREADS; i++) {
        if (sg_thread_create(&options, function, argument, &thread[i]) != SG_OK)
            exit(1);
    }
    for (uint32_t i = 0; i < THREADS; i++)
        (void)sg_thread_join(thread[i], &result);
}

#define ROUNDS 20000u

struct counter {
    struct sg_mutex mutex;
    uint64_t value; /* plain: the mutex protects it */
};

static int count(void *argument)
{
    struct counter *counter = argument;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        sg_mutex_lock(&counter->mutex);
        counter->value++;
        if (i % 64 == 0)
            sched_yield(); /* lets others run into the mutex */
        sg_mutex_unlock(&counter->mutex);
    }
    return 0;
}

static void a_mutex_excludes(void)
{
    struct counter counter = {0};

    run_in_all(count, &counter);
    expect("a mutex excludes", (uint64_t)ROUNDS * THREADS, counter.value);
    expect("and is free with nobody waiting", 0, counter.mutex.state);
}

static void no_entry_without_contention(void)
{
    struct sg_mutex mutex = {0};
    uint32_t before = kernel_entries;

    for (uint32_t i = 0; i < 1000; i++) {
        sg_mutex_lock(&mutex);
        expect("somebody has it", 0, (uint64_t)(i == 0 && sg_mutex_try(&mutex)));
        sg_mutex_unlock(&mutex);
    }
    expect("no kernel entry without contention", 0, kernel_entries - before);
}

/* A buffer of one number between threads that put and threads that take. */
struct buffer {
    struct sg_mutex mutex;
    struct sg_condition changed;
    uint32_t value; /* 0: empty */
    uint64_t sum;
    uint32_t roles;
};

static void put(struct buffer *buffer, uint32_t value)
{
    sg_mutex_lock(&buffer->mutex);
    while (buffer->value != 0)
        (void)sg_condition_wait(&buffer->changed, &buffer->mutex, SG_FOREVER);
    buffer->value = value;
    sg_condition_broadcast(&buffer->changed);
    sg_mutex_unlock(&buffer->mutex);
}

static void take(struct buffer *buffer)
{
    sg_mutex_lock(&buffer->mutex);
    while (buffer->value == 0)
        (void)sg_condition_wait(&buffer->changed, &buffer->mutex, SG_FOREVER);
    buffer->sum += buffer->value;
    buffer->value = 0;
    sg_condition_broadcast(&buffer->changed);
    sg_mutex_unlock(&buffer->mutex);
}

static int put_or_take(void *argument)
{
    struct buffer *buffer = argument;
    uint32_t role = __atomic_fetch_add(&buffer->roles, 1, __ATOMIC_RELAXED) % 2;

    for (uint32_t i = 1; i <= ROUNDS / 4; i++) {
        if (role == 0)
            put(buffer, i);
        else
            take(buffer);
    }
    return 0;
}

static void conditions_lose_nothing(void)
{
    struct buffer buffer = {0};
    uint64_t each = ROUNDS / 4;

    run_in_all(put_or_take, &buffer);
    expect("what was put is taken", THREADS / 2 * each * (each + 1) / 2, buffer.sum);
}

static void a_wait_ends_in_time(void)
{
    struct sg_mutex mutex = {0};
    struct sg_condition condition = {0};

    sg_mutex_lock(&mutex);
    expect("a wait that nobody ends", (uint64_t)SG_TIMED_OUT,
           (uint64_t)sg_condition_wait(&condition, &mutex, 2000000));
    expect("has the mutex again", 0, (uint64_t)sg_mutex_try(&mutex));
    sg_mutex_unlock(&mutex);
    expect("and waits no more", 0, condition.waiters.set);
}

struct turn {
    struct sg_mutex mutex;
    struct sg_condition condition;
    uint32_t waiting, tokens, woken;
};

static int wait_for_token(void *argument)
{
    struct turn *turn = argument;

    sg_mutex_lock(&turn->mutex);
    turn->waiting++;
    while (turn->tokens == 0)
        (void)sg_condition_wait(&turn->condition, &turn->mutex, SG_FOREVER);
    turn->tokens--;
    turn->woken++;
    /* One signal wakes one, which passes it on. */
    sg_condition_signal(&turn->condition);
    sg_mutex_unlock(&turn->mutex);
    return 0;
}

static int give_tokens(void *argument)
{
    struct turn *turn = argument;

    for (bool is_done = false; !is_done; sched_yield()) {
        sg_mutex_lock(&turn->mutex);
        is_done = turn->waiting == THREADS - 1;
        if (is_done)
            turn->tokens = THREADS - 1;
        sg_mutex_unlock(&turn->mutex);
    }
    sg_condition_signal(&turn->condition);
    return 0;
}

static int wait_or_give(void *argument)
{
    return own_index == THREADS ? give_tokens(argument) : wait_for_token(argument);
}

static void signals_go_round(void)
{
    struct turn turn = {0};

    for (uint32_t i = 0; i < 200; i++) {
        turn = (struct turn){0};
        run_in_all(wait_or_give, &turn);
    }
    expect("each was woken", THREADS - 1, turn.woken);
}

static struct sg_once once;
static uint32_t begun;

static void begin_once(void)
{
    begun++;
    sched_yield();
}

static int do_once(void *argument)
{
    sg_once(&once, begin_once);
    if (begun != 1)
        *(uint32_t *)argument += 1;
    return 0;
}

static void once_is_once(void)
{
    uint32_t wrong = 0;

    run_in_all(do_once, &wrong);
    expect("once, and done when it returns", 0, wrong);
}

#define ITEMS 1000u

/* An addition whose result depends on the order. */
static void map(void *context, uint32_t index, void *result)
{
    (void)context;
    *(double *)result = 1.0 / (1.0 + index * index * 0.37);
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
    struct sg_pool *pool;
    uint64_t bits;

    expect("a pool is made", SG_OK, (uint64_t)sg_pool_create(workers, &pool));
    for (uint32_t i = 0; i < 50; i++) {
        total = 0;
        sg_pool_reduce(pool, ITEMS, &reduction, NULL);
    }
    expect("and ends", SG_OK, (uint64_t)sg_pool_destroy(pool));
    memcpy(&bits, &total, sizeof bits);
    return bits;
}

static void a_pool_computes_the_same(void)
{
    uint64_t alone = reduce_with(1);

    for (uint32_t workers = 2; workers <= 2 * THREADS; workers++)
        expect("the same result, to the last bit", alone, reduce_with(workers));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(PATIENCE_S);
    if (park_begin() != SG_OK)
        return 1;
    no_entry_without_contention();
    a_mutex_excludes();
    conditions_lose_nothing();
    a_wait_ends_in_time();
    signals_go_round();
    once_is_once();
    a_pool_computes_the_same();
    return 0;
}
