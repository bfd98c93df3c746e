/* SPDX-License-Identifier: BSD-2-Clause */
/* What concerns two processors that take turns: each instruction of either is a tick, and one sleeps while the
   other works, so a figure is the sum of what both do one after the other. A call needs no second one:
   the server works in its caller's time, on its caller's processor. */
#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <stddef.h>

#include "bench.h"
#include "mark.h"

#define COUNT 100u
#define SAMPLES 11u

static int64_t call(const void *context, uint64_t count)
{
    (void)context;
    return loop_invoke(sg_operation_word(SG_OP_CALL, 0, 0, SG_REGISTER_BYTES),
                       sg_handle_word(sg_capability("server")), count);
}

struct waker {
    const volatile uint64_t *stamp;
    struct sg_handle signal, wait;
};

static int64_t sample(const struct waker *waker, uint64_t *ticks_taken)
{
    uint64_t count;

    MARK(MARK_BEGIN);
    uint64_t start = ticks();
    int64_t status = sg_notification_signal(waker->signal);

    if (status >= 0)
        status = sg_notification_wait(waker->wait, SG_FOREVER, &count);
    *ticks_taken = *waker->stamp - start;
    return status;
}

/* Makes `count` notifications and offers them. */
static int64_t offer_notifications(struct sg_handle *made, struct sg_cap_transfer *sent,
                                   uint32_t count)
{
    const uint64_t none[3] = {0};
    int64_t status = SG_OK;

    for (uint32_t i = 0; i < count && status >= 0; i++) {
        struct sg_owned owned = {.frame_count = 0};

        status = sg_owned_create(SG_TYPE_NOTIFICATION, none, &owned);
        made[i] = owned.handle;
        sent[i] = offer(owned.handle);
    }
    return status;
}

static int64_t signal_wait(const void *context, uint64_t count)
{
    const struct sg_handle *pair = context;

    return loop_signal_wait(sg_handle_word(pair[0]), sg_handle_word(pair[1]), count);
}

static void measure_round_trip(void)
{
    struct sg_cap_transfer sent[2];
    struct sg_handle pair[2];
    int64_t status = offer_notifications(pair, sent, 2);

    if (status >= 0)
        status = introduce(sg_capability("signals"), sent, 2);
    if (status < 0)
        report_failure("cpus_signal_wait", status);
    else
        measure("cpus_signal_wait", signal_wait, pair, COUNT);
}

/* A page and two notifications, for both. */
static int64_t open_waker(struct waker *waker)
{
    const uint64_t pages[3] = {1};
    struct sg_owned memory = {.frame_count = 0};
    struct sg_cap_transfer sent[3];
    struct sg_handle pair[2];
    void *page = NULL;
    int64_t status = sg_owned_create(SG_TYPE_MEMORY, pages, &memory);

    if (status >= 0)
        status = sg_map(memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, &page);
    if (status >= 0)
        status = offer_notifications(pair, &sent[1], 2);
    if (status < 0)
        return status;
    sent[0] = offer(memory.handle);
    *waker = (struct waker){page, pair[0], pair[1]};
    return introduce(sg_capability("waiter"), sent, 3);
}

static void measure_wake(void)
{
    uint64_t samples[SAMPLES];
    struct waker waker;
    int64_t status = open_waker(&waker);

    for (uint32_t i = 0; i < SAMPLES && status >= 0; i++)
        status = sample(&waker, &samples[i]);
    if (status < 0)
        report_failure("cpus_wake", status);
    else
        report_median("cpus_wake", samples, SAMPLES);
}

void measure_cpus(void)
{
    int64_t status = sg_cpu_pin(sg_capability("cpu"), sg_self()->sched);

    if (status < 0) {
        report_failure("cpus", status);
        return;
    }
    measure("cpus_call", call, NULL, COUNT);
    measure_round_trip();
    measure_wake();
}
