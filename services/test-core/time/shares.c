/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of one class that all want the whole CPU get it by weight. */
#include <inttypes.h>

#include "checks.h"
#include "report.h"

#define HOGS 3u
#define WEIGHTS 700u /* together */
#define DURATION_NS (1000 * MS_NS)
#define TOLERANCE_PERMILLE 20u

/* What a hog got of its due, in thousandths. */
static uint64_t permille_of_due(const struct hog *hog, uint64_t duration_ns)
{
    return hog->used.ran_ns * 1000 * WEIGHTS / (duration_ns * hog->placement.weight);
}

void check_shares(void)
{
    struct hog hog[HOGS] = {
        {.placement = {.class = SG_CLASS_NORMAL, .weight = 100}},
        {.placement = {.class = SG_CLASS_NORMAL, .weight = 200}},
        {.placement = {.class = SG_CLASS_NORMAL, .weight = 400}},
    };
    uint64_t duration_ns = hogs_run(hog, HOGS, DURATION_NS);

    for (uint32_t i = 0; i < HOGS; i++) {
        uint64_t permille = permille_of_due(&hog[i], duration_ns);

        report_note("weight %" PRIu32 ": %" PRIu64 " ns of %" PRIu64 ", %" PRIu64
                    " per mille of its due",
                    hog[i].placement.weight, hog[i].used.ran_ns, duration_ns, permille);
        report_equal("shares/within 2 percent of its due", 1,
                     permille >= 1000 - TOLERANCE_PERMILLE &&
                         permille <= 1000 + TOLERANCE_PERMILLE);
    }
}
