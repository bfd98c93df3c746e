/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "bench.h"

#define CALIBRATION 1000000u

/* One tick must be one instruction, or no figure means anything. */
static void calibrate(void)
{
    uint64_t start = ticks();

    loop_empty(CALIBRATION);
    report("calibration", (ticks() - start) / (CALIBRATION / 10));
}

int main(void)
{
    calibrate();
    measure_calls();
    measure_rings();
    measure_objects();
    measure_queue();
    measure_stubs();
    report_done();
    return EXIT_SUCCESS;
}
