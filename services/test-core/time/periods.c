/* SPDX-License-Identifier: BSD-2-Clause */
/* A realtime thread gets its budget in every period, whatever else wants the CPU. */
#include <inttypes.h>

#include "checks.h"
#include "report.h"

#define PERIODS 10000u
#define PERIOD_NS (10 * MS_NS)
#define BUDGET_NS (2 * MS_NS)

/* The first and the last period may be seen in part. */
static uint64_t is_about(uint64_t found, uint64_t expected)
{
    return found + 1 >= expected && found <= expected + 1;
}

/* The others leave nothing for a realtime thread whose budget is used up: what it ran, it ran on that,
   and on the little that it takes to end it. */
void check_periods(void)
{
    struct hog hog[] = {
        {.placement = {SG_CLASS_REALTIME, 100, BUDGET_NS, PERIOD_NS}},
        {.placement = {.class = SG_CLASS_INTERACTIVE, .weight = 100}},
        {.placement = {.class = SG_CLASS_NORMAL, .weight = 100}},
        {.placement = {.class = SG_CLASS_NORMAL, .weight = 400}},
    };
    const struct account *used = &hog[0].used;
    uint64_t duration_ns = hogs_run(hog, sizeof(hog) / sizeof(hog[0]), PERIODS * PERIOD_NS);
    uint64_t periods = duration_ns / PERIOD_NS;

    report_note("periods %" PRIu64 " of %" PRIu64 ", used up %" PRIu64 ", ran %" PRIu64 " ns",
                used->periods, periods, used->depletions, used->ran_ns);
    report_equal("periods/each begins", 1, is_about(used->periods, periods));
    report_equal("periods/its budget is used up in each", 1, is_about(used->depletions, periods));
    report_equal("periods/all of it was had", 1, used->ran_ns + BUDGET_NS >= periods * BUDGET_NS);
    report_equal("periods/and 1 percent more at most", 1,
                 used->ran_ns - BUDGET_NS <= periods * (BUDGET_NS + BUDGET_NS / 100));
}
