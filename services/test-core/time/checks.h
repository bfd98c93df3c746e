/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel promises of time, each group in its file, and threads that use up all they get. */
#pragma once

#include <stdint.h>

#include <signet/object.h>
#include <signet/thread.h>

#define MS_NS UINT64_C(1000000)

/* The kernel's account of a sched. */
struct account {
    uint64_t ran_ns, periods, depletions;
};

/* A thread that does nothing but run. */
struct hog {
    struct sg_placement placement;
    struct account used; /* while hogs_run lasted */
    struct sg_thread *thread;
};

/* Lets hogs run beside each other, each as placed, and ends them. */
void hogs_begin(struct hog *hogs, uint32_t count);
void hogs_end(struct hog *hogs, uint32_t count);

/* Sleeps until a monotonic time, in nanoseconds since boot. */
void sleep_until(uint64_t deadline_ns);

/* Has hogs run beside each other for some time, each as placed, and ends them; how long it was. This
   thread has to be of a class above all that fill a CPU. */
uint64_t hogs_run(struct hog *hogs, uint32_t count, uint64_t duration_ns);

void check_shares(void);
void check_periods(void);
