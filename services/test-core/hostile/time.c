/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of every class that take all the time they get, two of each, on one CPU: the bystander, which is
   interactive, goes on, and who waits for a time is woken. Seen to fail: a
   realtime budget that is never used up, and vector state not saved for who is interrupted. */
#include "aftermath.h"
#include "attacks.h"
#include "own.h"
#include "raw.h"
#include "report.h"
#include "time/checks.h"

#include <signet/startup.h>

#define HOGS 8u
#define ROUNDS 2u      /* of the bystander's, at least */
#define TURNS 2000000u /* longer than a slice */
#define PERIODS 10u    /* of the realtime ones, slept through: CPUs that take turns get theirs */

void attack_time(void)
{
    const struct sg_placement realtime = {SG_CLASS_REALTIME, 100, 2 * MS_NS, 10 * MS_NS};
    struct hog hog[HOGS] = {{.placement = realtime}, {.placement = realtime}};
    uint64_t depleted = 0;

    for (uint32_t i = 2; i < HOGS; i++)
        hog[i].placement =
            (struct sg_placement){.class = SG_CLASS_INTERACTIVE - (i - 2) / 2, .weight = 100};
    hogs_begin(hog, HOGS);
    for (uint32_t i = 0; i < HOGS; i++)
        report_step("time/pin", sg_cpu_pin(sg_capability("cpu"), sg_thread_sched(hog[i].thread)));
    aftermath_bystander_goes_on("time/hogs of every class", ROUNDS);
    report_equal("time/registers kept while others run", 1, raw_keeps(RAW_SECRET, TURNS));
    sleep_until(own_now_ns() + PERIODS * 10 * MS_NS);
    hogs_end(hog, HOGS);
    for (uint32_t i = 0; i < 2; i++)
        depleted += hog[i].used.depletions;
    report_equal("time/budgets were used up", 1, depleted != 0);
}
