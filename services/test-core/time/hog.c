/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>

#include <signet/frames.h>
#include <signet/startup.h>

#include "checks.h"
#include "own.h"
#include "report.h"

/* So seldom that it takes no time, so often that an emulator whose CPUs take turns goes on to the next. */
#define PAUSE_EVERY 4096u

static atomic_bool is_over;

static int spin(void *argument)
{
    (void)argument;
    for (uint32_t turn = 1; !atomic_load_explicit(&is_over, memory_order_relaxed); turn++)
        if (turn % PAUSE_EVERY == 0)
            __builtin_ia32_pause();
    return 0;
}

static uint64_t counter(const struct hog *hog, enum sg_info selector)
{
    uint64_t value = 0;

    report_step("hog/account", sg_info(sg_thread_sched(hog->thread), selector, &value));
    return value;
}

/* Adds what the account says now, times a sign. */
static void add_account(struct hog *hog, uint64_t sign)
{
    hog->used.ran_ns += sign * counter(hog, SG_INFO_CPU_NS);
    hog->used.periods += sign * counter(hog, SG_INFO_PERIODS);
    hog->used.depletions += sign * counter(hog, SG_INFO_DEPLETIONS);
}

static void start(struct hog *hog)
{
    const struct sg_thread_options options = {.name = "hog"};

    report_step("hog/create", sg_thread_create(&options, spin, NULL, &hog->thread));
    report_step("hog/place",
                sg_cpu_place(sg_capability("cpu"), sg_thread_sched(hog->thread), &hog->placement));
}

/* Waits on a notification that nobody signals. */
void sleep_until(uint64_t deadline_ns)
{
    struct sg_owned silence = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    report_status("hog/as long as it takes", SG_TIMED_OUT,
                  sg_notification_wait(silence.handle, deadline_ns, NULL));
    (void)sg_owned_destroy(&silence);
}

void hogs_begin(struct hog *hogs, uint32_t count)
{
    atomic_store(&is_over, false);
    for (uint32_t i = 0; i < count; i++)
        start(&hogs[i]);
    for (uint32_t i = 0; i < count; i++)
        add_account(&hogs[i], UINT64_MAX);
}

void hogs_end(struct hog *hogs, uint32_t count)
{
    int result;

    for (uint32_t i = 0; i < count; i++)
        add_account(&hogs[i], 1);
    atomic_store(&is_over, true);
    for (uint32_t i = 0; i < count; i++)
        report_step("hog/join", sg_thread_join(hogs[i].thread, &result));
}

uint64_t hogs_run(struct hog *hogs, uint32_t count, uint64_t duration_ns)
{
    hogs_begin(hogs, count);
    uint64_t start_ns = own_now_ns();
    sleep_until(start_ns + duration_ns);
    uint64_t end_ns = own_now_ns();
    hogs_end(hogs, count);
    return end_ns - start_ns;
}
