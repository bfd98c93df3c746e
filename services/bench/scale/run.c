/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>

#include "../bench.h"
#include "scale.h"

#define WINDOW_NS UINT64_C(200000000)
#define SECOND_NS UINT64_C(1000000000)

atomic_bool load_is_over;

static enum sg_status start_thread(const struct load *load, struct pair *pair, uint32_t which,
                                   struct sg_handle cpu)
{
    const struct sg_thread_options options = {.name = load->name};

    if (load->run[which] == NULL)
        return SG_OK;
    enum sg_status status =
        sg_thread_create(&options, load->run[which], pair, &pair->thread[which]);
    return status == SG_OK ? sg_cpu_pin(cpu, sg_thread_sched(pair->thread[which])) : status;
}

static enum sg_status start(const struct load *load, struct pair *pair, struct sg_handle cpu)
{
    enum sg_status status = load->prepare(pair);

    for (uint32_t i = 0; i < PAIR_THREADS && status == SG_OK; i++)
        status = start_thread(load, pair, i, cpu);
    return status;
}

static void stop(const struct load *load, struct pair *pair)
{
    for (uint32_t i = 0; i < PAIR_THREADS; i++)
        if (pair->thread[i] != NULL)
            (void)sg_thread_join(pair->thread[i], &(int){0});
    load->clear(pair);
}

static uint64_t sum_done(const struct pair *pairs, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += atomic_load_explicit(&pairs[i].done, memory_order_relaxed);
    return sum;
}

static uint64_t now_ns(void)
{
    uint64_t now = 0;

    (void)sg_cpu_now(sg_self()->cpu, &now);
    return now;
}

static void sleep_for(uint64_t duration_ns)
{
    struct sg_owned silence;

    if (sg_owned_create(SG_TYPE_NOTIFICATION, (uint64_t[3]){0}, &silence) != SG_OK)
        return;
    (void)sg_notification_wait(silence.handle, now_ns() + duration_ns, NULL);
    (void)sg_owned_destroy(&silence);
}

/* Operations a second while nothing is started or stopped. */
static uint64_t measure_rate(const struct pair *pairs, uint32_t count)
{
    sleep_for(WINDOW_NS / 4);
    uint64_t done = sum_done(pairs, count);
    uint64_t start_ns = now_ns();
    sleep_for(WINDOW_NS);
    done = sum_done(pairs, count) - done;
    return done * SECOND_NS / (now_ns() - start_ns);
}

uint64_t run_load(const struct load *load, const struct sg_handle *cpus, uint32_t count)
{
    struct pair pairs[CPUS_MAX] = {0};
    enum sg_status status = SG_OK;
    uint64_t rate = 0;

    atomic_store(&load_is_over, false);
    for (uint32_t i = 0; i < count && status == SG_OK; i++)
        status = start(load, &pairs[i], cpus[i]);
    if (status == SG_OK)
        rate = measure_rate(pairs, count);
    else
        report_failure(load->name, status);
    atomic_store(&load_is_over, true);
    for (uint32_t i = 0; i < count; i++)
        stop(load, &pairs[i]);
    return rate / count;
}
