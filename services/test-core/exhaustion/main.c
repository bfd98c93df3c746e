/* SPDX-License-Identifier: BSD-2-Clause */
/* test-exhaustion: one process fills every table there is to its limit. What was refused left nothing
   behind; while it is full and after it, what is held works; after it the ledger is as before, and the
   process "bystander" noticed nothing. */
#include "aftermath.h"
#include "limits.h"
#include "report.h"

void limits_await(const volatile uint32_t *counter, uint32_t value)
{
    for (uint32_t i = 0; i < 20000 && *counter < value; i++)
        own_pause();
}

uint64_t limits_end(struct worker *worker)
{
    struct sg_completion end = worker_wait(worker);
    uint64_t code = end.result < 0 ? UINT64_MAX : worker->fault->code;

    worker_answer(worker, end.token, SG_FAULT_STOP);
    return code;
}

int main(void)
{
    static const struct ordeal limits[] = {
        {"slots", fill_slots},     {"frames", fill_frames},   {"untypeds", fill_untypeds},
        {"records", fill_records}, {"held", fill_held_calls}, {"queue", fill_queue},
        {"regions", fill_regions}, {"tables", fill_tables},   {"leases", fill_leases},
        {"waiters", fill_waiters}, {"threads", fill_threads},
    };

    aftermath_of(limits, sizeof limits / sizeof limits[0]);
    return report_end();
}
