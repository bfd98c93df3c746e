/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "bench.h"
#include "mark.h"

#define SAMPLES 11u

uint64_t ticks(void)
{
    uint32_t low;
    uint32_t high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

void measure(const char *name, measured *function, const void *context, uint64_t count)
{
    uint64_t sample[SAMPLES];

    for (uint32_t i = 0; i < SAMPLES; i++) {
        MARK(MARK_BEGIN);
        uint64_t start = ticks();
        int64_t status = function(context, count);
        sample[i] = ticks() - start;
        MARK(MARK_END);
        if (status < 0) {
            report_failure(name, status);
            return;
        }
    }
    qsort(sample, SAMPLES, sizeof(sample[0]), compare);
    report_row(name, sample[SAMPLES / 2] / count, count);
}

void report_median(const char *name, uint64_t *samples, uint32_t count)
{
    qsort(samples, count, sizeof(samples[0]), compare);
    report_row(name, samples[count / 2], 1);
}
