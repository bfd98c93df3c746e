/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "core/test/unit.h"
#include "signet/metrics.h"
#include "thread/record.h"

static struct sg_process_record record;
static bool has_record;

struct sg_process_record *record_own(void)
{
    return has_record ? &record : NULL;
}

static void nobody_looks(void **state)
{
    struct sg_metric *metric = sg_metric_add(SG_METRIC_COUNTER, "calls");

    (void)state;
    assert_ptr_equal(metric, &sg_metric_unseen);
    sg_count(metric, 3);
    has_record = true;
}

static void counts(void **state)
{
    struct sg_metric *counter = sg_metric_add(SG_METRIC_COUNTER, "calls");
    struct sg_metric *gauge = sg_metric_add(SG_METRIC_GAUGE, "asleep");

    (void)state;
    assert_in_range((uintptr_t)counter, (uintptr_t)record.metric,
                    (uintptr_t)&record.metric[SG_METRICS_MAX - 1]);
    assert_string_equal(counter->name, "calls");
    assert_int_equal(counter->kind, SG_METRIC_COUNTER);
    sg_count(counter, 1);
    sg_count(counter, 41);
    assert_int_equal(counter->value, 42);
    sg_gauge_set(gauge, 5);
    sg_gauge_add(gauge, 2);
    sg_gauge_add(gauge, -3);
    assert_int_equal(gauge->value, 4);
}

static void observes(void **state)
{
    struct sg_metric *histogram = sg_metric_add(SG_METRIC_HISTOGRAM, "bytes");
    const uint64_t values[] = {0, 3, 4, 15, 16, UINT64_C(1) << 40};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        sg_observe(histogram, values[i]);
    assert_int_equal(histogram->value, 6);
    assert_int_equal(histogram->sum, 38 + (UINT64_C(1) << 40));
    assert_int_equal(histogram->bucket[0], 2);
    assert_int_equal(histogram->bucket[1], 2);
    assert_int_equal(histogram->bucket[2], 1);
    assert_int_equal(histogram->bucket[SG_METRIC_BUCKETS - 1], 1);
}

static void is_bounded(void **state)
{
    struct sg_metric *last = NULL;
    uint32_t seen = 0;

    (void)state;
    for (uint32_t i = 0; i < 2 * SG_METRICS_MAX; i++) {
        last = sg_metric_add(SG_METRIC_COUNTER, "a name of more than thirty-one letters");
        seen += last != &sg_metric_unseen;
        assert_true(strlen(last->name) < SG_METRIC_NAME_MAX);
    }
    assert_ptr_equal(last, &sg_metric_unseen);
    assert_int_equal(record.metric[SG_METRICS_MAX - 1].kind, SG_METRIC_COUNTER);
    assert_true(seen > 0 && seen < SG_METRICS_MAX);
    for (size_t i = 0; i < sizeof record.thread; i++)
        assert_int_equal(((uint8_t *)record.thread)[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_looks),
        cmocka_unit_test(counts),
        cmocka_unit_test(observes),
        cmocka_unit_test(is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
