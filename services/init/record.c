/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include <signet/frames.h>
#include <signet/metrics.h>

#define GUARD_BYTES (SG_MAP_GUARD_PAGES * SG_PAGE_SIZE)

/* Printable and ended, whatever the process wrote. */
static void copy_name(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; i < size - 1 && from[i] != '\0'; i++)
        to[i] = from[i] > ' ' && from[i] <= '~' ? from[i] : '?';
    to[i] = '\0';
}

bool record_thread(const struct sg_process_record *record, uint64_t stack_pointer, uint64_t address,
                   struct thread_place *place)
{
    for (uint32_t i = 0; i < SG_THREADS_MAX; i++) {
        const struct sg_thread_record *thread = &record->thread[i];
        if (thread->stack_high == 0 || thread->stack_low >= thread->stack_high)
            continue;
        bool is_inside = stack_pointer >= thread->stack_low && stack_pointer <= thread->stack_high;
        place->is_overflow =
            address < thread->stack_low && thread->stack_low - address <= GUARD_BYTES;
        if (!is_inside && !place->is_overflow)
            continue;
        copy_name(place->name, thread->name, sizeof place->name);
        return true;
    }
    return false;
}

uint32_t record_metric(const struct sg_process_record *record, uint32_t index,
                       struct sg_metric *metric)
{
    for (; index < SG_METRICS_MAX; index++) {
        *metric = record->metric[index];
        if (metric->kind == SG_METRIC_NONE || metric->kind > SG_METRIC_HISTOGRAM ||
            metric->name[0] == '\0')
            continue;
        copy_name(metric->name, record->metric[index].name, sizeof metric->name);
        break;
    }
    return index;
}
