/* SPDX-License-Identifier: BSD-2-Clause */
/* Lives of hostile processes at random: runs of many steps, each from a seed of its own. */
#include "choose.h"
#include "life.h"
#include "population.h"

#include <stdio.h>
#include <stdlib.h>

static void run(uint64_t seed, uint32_t steps, uint32_t cpu_count)
{
    stress.seed = seed;
    stress.step = 0;
    random_start(seed);
    life_start(FIXTURE_FRAMES, cpu_count);
    for (stress.step = 1; stress.step <= steps; stress.step++)
        life_step();
    life_check();
    life_end();
    fixture_finish();
}

int main(int count, char **argument)
{
    uint64_t first = count > 1 ? strtoull(argument[1], NULL, 0) : 1;
    uint32_t runs = count > 2 ? (uint32_t)strtoul(argument[2], NULL, 0) : 1;
    uint32_t steps = count > 3 ? (uint32_t)strtoul(argument[3], NULL, 0) : 2500;
    uint32_t cpu_count = count > 4 ? (uint32_t)strtoul(argument[4], NULL, 0) : 1;

    for (uint32_t i = 0; i < runs; i++) {
        printf("seed %lu, %u steps, %u CPUs\n", (unsigned long)(first + i), steps, cpu_count);
        fflush(stdout);
        run(first + i, steps, cpu_count);
    }
    return 0;
}
