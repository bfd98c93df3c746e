/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/metrics.h"

#include <stddef.h>
#include <string.h>

#include "thread/record.h"

struct sg_metric sg_metric_unseen;

/* Metrics are named one after the other, mostly before main; a name is there before its kind says
   that it is. */
static uint32_t count;

struct sg_metric *sg_metric_add(enum sg_metric_kind kind, const char *name)
{
    struct sg_process_record *record = record_own();
    uint32_t index = __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);

    if (record == NULL || index >= SG_METRICS_MAX)
        return &sg_metric_unseen;
    struct sg_metric *metric = &record->metric[index];
    strncpy(metric->name, name, sizeof metric->name - 1);
    __atomic_store_n(&metric->kind, (uint32_t)kind, __ATOMIC_RELEASE);
    return metric;
}

void sg_observe(struct sg_metric *histogram, uint64_t value)
{
    sg_count(histogram, 1);
    __atomic_fetch_add(&histogram->sum, value, __ATOMIC_RELAXED);
    __atomic_fetch_add(&histogram->bucket[sg_metric_bucket(value)], 1, __ATOMIC_RELAXED);
}
