/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters, gauges and histograms. They lie in a page that the supervisor can read, so exporting them
   costs nothing, and they can be seen of a process that hangs. Declared where they are counted:

       SG_COUNTER(puts, "puts");
       SG_HISTOGRAM(value_bytes, "value-bytes");
       ...
       sg_count(puts, 1);
       sg_observe(value_bytes, request->value.size);

   The shell's `metrics PROCESS` shows them. Every thread may count. */
#pragma once

#include <stdint.h>

#include "signet/startup.h"

enum sg_metric_kind {
    SG_METRIC_NONE = 0,
    SG_METRIC_COUNTER = 1,   /* only grows */
    SG_METRIC_GAUGE = 2,     /* goes up and down */
    SG_METRIC_HISTOGRAM = 3, /* how many values were how large */
};

/* Names a metric; past SG_METRICS_MAX of them it is one that nobody sees. */
struct sg_metric *sg_metric_add(enum sg_metric_kind kind, const char *name);

/* What a metric is before it is named, and when there is no room for it. */
extern struct sg_metric sg_metric_unseen;

#define SG_METRIC(identifier, kind, name)                                \
    static struct sg_metric *identifier = &sg_metric_unseen;             \
    __attribute__((constructor)) static void identifier##_is_named(void) \
    {                                                                    \
        identifier = sg_metric_add(kind, name);                          \
    }                                                                    \
    _Static_assert(sizeof(name) <= SG_METRIC_NAME_MAX, "a shorter name")

#define SG_COUNTER(identifier, name) SG_METRIC(identifier, SG_METRIC_COUNTER, name)
#define SG_GAUGE(identifier, name) SG_METRIC(identifier, SG_METRIC_GAUGE, name)
#define SG_HISTOGRAM(identifier, name) SG_METRIC(identifier, SG_METRIC_HISTOGRAM, name)

/* Adds to a counter. */
static inline void sg_count(struct sg_metric *counter, uint64_t more)
{
    __atomic_fetch_add(&counter->value, more, __ATOMIC_RELAXED);
}

/* Sets a gauge. */
static inline void sg_gauge_set(struct sg_metric *gauge, uint64_t value)
{
    __atomic_store_n(&gauge->value, value, __ATOMIC_RELAXED);
}

/* Moves a gauge up or down. */
static inline void sg_gauge_add(struct sg_metric *gauge, int64_t more)
{
    __atomic_fetch_add(&gauge->value, (uint64_t)more, __ATOMIC_RELAXED);
}

/* Which bucket counts a value. */
static inline uint32_t sg_metric_bucket(uint64_t value)
{
    uint32_t bucket = value == 0 ? 0 : (63u - (uint32_t)__builtin_clzll(value)) / 2;

    return bucket < SG_METRIC_BUCKETS ? bucket : SG_METRIC_BUCKETS - 1;
}

/* Puts a value into a histogram. */
void sg_observe(struct sg_metric *histogram, uint64_t value);
