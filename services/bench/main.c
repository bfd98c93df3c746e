/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/startup.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define CALIBRATION 1000000u

/* One tick must be one instruction, or no figure means anything. */
static void calibrate(void)
{
    uint64_t start = ticks();

    loop_empty(CALIBRATION);
    report("calibration", (ticks() - start) / (CALIBRATION / 10));
}

/* The manifest's argument `rows` chooses: `cpus` are those that need two processors. */
int main(void)
{
    const char *rows = sg_argument("rows");

    calibrate();
    if (rows != NULL && strcmp(rows, "cpus") == 0) {
        measure_cpus();
        report_done();
        return EXIT_SUCCESS;
    }
    measure_calls();
    measure_rings();
    measure_objects();
    measure_queue();
    measure_stubs();
    measure_interrupt();
    measure_sizes();
    report_done();
    return EXIT_SUCCESS;
}
