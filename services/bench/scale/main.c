/* SPDX-License-Identifier: BSD-2-Clause */
/* bench-scale: prints operations a second and CPU of each load on 1, 2 and 4 CPUs, as many as there are;
   the best of several runs, for the host disturbs them. Booted by scripts/bench scale. */
#include <signet/object.h>
#include <signet/startup.h>
#include <stdio.h>
#include <stdlib.h>

#include "../bench.h"
#include "scale.h"

#define RUNS 5u

static uint64_t best(const struct load *load, const struct sg_handle *cpus, uint32_t count)
{
    uint64_t most = 0;

    for (uint32_t i = 0; i < RUNS; i++) {
        uint64_t rate = run_load(load, cpus, count);

        most = rate > most ? rate : most;
    }
    return most;
}

int main(void)
{
    static const struct load *const loads[] = {&load_cpu, &load_call, &load_queue};
    const struct sg_handle cpus[CPUS_MAX] = {sg_capability("cpu0"), sg_capability("cpu1"),
                                             sg_capability("cpu2"), sg_capability("cpu3")};
    char name[16];

    for (uint32_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
        for (uint32_t count = 1; count <= CPUS_MAX; count *= 2) {
            if (sg_handle_is_none(cpus[count - 1]))
                break;
            snprintf(name, sizeof(name), "%s_%u", loads[i]->name, (unsigned)count);
            report(name, best(loads[i], cpus, count));
        }
    report_done();
    return EXIT_SUCCESS;
}
