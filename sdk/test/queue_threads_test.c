/* SPDX-License-Identifier: BSD-2-Clause */
/* The two ends of a queue in two threads that really run at once, with bells that really sleep. A
   wake-up that is lost makes the test hang, and the alarm ends it. Because that needs luck, a second
   part lets one end fall asleep and the other publish at the same moment, over and over. */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "signet/object.h"
#include "signet/queue.h"

#define PLACES_MAX 64u
#define PATIENCE_S 170u

/* A notification of the kernel: signals are counted, a wait takes them all. */
struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    uint64_t count;
};

static struct bell bells[2] = {
    {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0},
    {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0},
};
static const struct sg_handle filled = {0, 1}, drained = {1, 1};

enum sg_status sg_notification_signal(struct sg_handle handle)
{
    struct bell *bell = &bells[handle.index];

    pthread_mutex_lock(&bell->lock);
    bell->count++;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
    return SG_OK;
}

enum sg_status sg_notification_wait(struct sg_handle handle, uint64_t deadline_ns, uint64_t *count)
{
    struct bell *bell = &bells[handle.index];

    (void)deadline_ns;
    pthread_mutex_lock(&bell->lock);
    while (bell->count == 0)
        pthread_cond_wait(&bell->rung, &bell->lock);
    *count = bell->count;
    bell->count = 0;
    pthread_mutex_unlock(&bell->lock);
    return SG_OK;
}

struct round {
    uint32_t places;
    uint32_t batch;
    uint32_t messages;
};

static struct round round_now;
static _Alignas(64) uint8_t memory[SG_QUEUE_PLACES_AT + PLACES_MAX * sizeof(uint64_t)];

static void check(enum sg_status status, const char *what)
{
    if (status == SG_OK)
        return;
    printf("%s: expected SG_OK, got %d\n", what, (int)status);
    exit(1);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Moves all messages of the round through one end, a batch at a time. */
static void run(struct sg_queue *queue, void (*handle)(uint64_t *place, uint64_t number))
{
    for (uint32_t done = 0; done < round_now.messages;) {
        uint32_t count, least = smaller(round_now.batch, round_now.messages - done);
        check(sg_queue_wait(queue, least, UINT64_MAX), "wait");
        check(sg_queue_available(queue, &count), "available");
        count = smaller(count, least);
        for (uint32_t i = 0; i < count; i++)
            handle(sg_queue_at(queue, i), done + i);
        check(sg_queue_advance(queue, count), "advance");
        done += count;
    }
}

static void put(uint64_t *place, uint64_t number)
{
    *place = number * UINT64_C(0x9e3779b97f4a7c15);
}

static void take(uint64_t *place, uint64_t number)
{
    if (*place == number * UINT64_C(0x9e3779b97f4a7c15))
        return;
    printf("message %" PRIu64 ": expected %" PRIx64 ", got %" PRIx64 "\n", number,
           number * UINT64_C(0x9e3779b97f4a7c15), *place);
    exit(1);
}

static void *produce(void *queue)
{
    run(queue, put);
    return NULL;
}

static void open_end(struct sg_queue *queue, enum sg_queue_end end)
{
    struct sg_queue_geometry geometry = {sizeof(uint64_t), round_now.places};

    check(sg_queue_open_at(queue, end, memory, geometry), "open");
    queue->wait_bell = end == SG_QUEUE_PRODUCER ? drained : filled;
    queue->ring_bell = end == SG_QUEUE_PRODUCER ? filled : drained;
}

static void run_round(struct round round)
{
    struct sg_queue producer, consumer;
    pthread_t thread;

    round_now = round;
    for (size_t i = 0; i < sizeof memory; i++)
        memory[i] = 0;
    open_end(&producer, SG_QUEUE_PRODUCER);
    open_end(&consumer, SG_QUEUE_CONSUMER);
    if (pthread_create(&thread, NULL, produce, &producer) != 0)
        exit(1);
    run(&consumer, take);
    pthread_join(thread, NULL);
    printf("ok %" PRIu32 " messages, %" PRIu32 " places, batch %" PRIu32 ": producer slept %" PRIu64
           " times and rang %" PRIu64 ", consumer slept %" PRIu64 " and rang %" PRIu64 "\n",
           round.messages, round.places, round.batch, producer.waits, producer.rings,
           consumer.waits, consumer.rings);
}

#define DAWDLE 61u
#define SPINS 2000u /* before the other thread is given the CPU */

static struct sg_queue sleeper, publisher;
static uint32_t meetings, arrived;

/* Both threads leave this at the same moment, as nearly as there is one. */
static void meet(uint32_t number)
{
    __atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL);
    for (uint32_t spins = 0; __atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < 2 * number; spins++) {
        if (spins > SPINS)
            sched_yield();
    }
}

/* Passes a little time, a different one for each pair of a thread's turns. */
static void dawdle(uint32_t turns)
{
    for (volatile uint32_t i = 0; i < turns; i++)
        continue;
}

static void *publish_each_time(void *unused)
{
    for (uint32_t i = 0; i < meetings; i++) {
        meet(3 * i + 1);
        dawdle(i % DAWDLE);
        check(sg_queue_advance(&publisher, 1), "advance");
        meet(3 * i + 2);
        meet(3 * i + 3);
        uint32_t count;
        check(sg_queue_available(&publisher, &count), "available");
    }
    return unused;
}

/* Either the end that is about to sleep sees the message, or the other sees that it sleeps. */
static void meet_often(void)
{
    uint32_t asleep = 0, lost = 0, count;
    pthread_t thread;

    round_now.places = 1;
    open_end(&publisher, SG_QUEUE_PRODUCER);
    open_end(&sleeper, SG_QUEUE_CONSUMER);
    if (pthread_create(&thread, NULL, publish_each_time, NULL) != 0)
        exit(1);
    for (uint32_t i = 0; i < meetings; i++) {
        uint64_t rings = publisher.rings;
        meet(3 * i + 1);
        dawdle(i / DAWDLE % DAWDLE);
        check(sg_queue_arm(&sleeper, 1, &count), "arm");
        meet(3 * i + 2);
        asleep += count == 0;
        lost += count == 0 && publisher.rings == rings;
        check(sg_queue_available(&sleeper, &count), "available");
        check(sg_queue_advance(&sleeper, 1), "advance");
        meet(3 * i + 3);
    }
    pthread_join(thread, NULL);
    printf("%s fell asleep %" PRIu32 " times of %" PRIu32
           " while the other published: expected 0 wake-ups "
           "lost, got %" PRIu32 "\n",
           lost == 0 ? "ok" : "not ok", asleep, meetings, lost);
    if (lost != 0)
        exit(1);
}

/* Its argument is how often they meet. */
int main(int count, char **arguments)
{
    /* The fewer the places, the more often both are about to sleep when the other publishes. */
    static const struct round rounds[] = {
        {1, 1, 100000}, {2, 1, 100000}, {8, 1, 200000}, {8, 3, 200000}, {64, 32, 2000000},
    };

    if (count != 2 || (meetings = (uint32_t)strtoul(arguments[1], NULL, 10)) == 0) {
        printf("found %d arguments, expected how often the ends meet\n", count - 1);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(PATIENCE_S);
    for (size_t i = 0; i < sizeof memory; i++)
        memory[i] = 0;
    meet_often();
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++)
        run_round(rounds[i]);
    return 0;
}
