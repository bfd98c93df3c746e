/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"
#include "record.h"

#include <signet/metrics.h>

#define LOW UINT64_C(0x700000)
#define HIGH UINT64_C(0x708000)

static struct sg_process_record record;

static void describe(uint32_t index, const char *name, uint64_t low, uint64_t high)
{
    record.thread[index] = (struct sg_thread_record){.stack_low = low, .stack_high = high};
    memcpy(record.thread[index].name, name, strnlen(name, SG_NAME_MAX));
}

static int setup(void **state)
{
    (void)state;
    memset(&record, 0, sizeof record);
    describe(0, "main", LOW, HIGH);
    describe(SG_THREADS_MAX - 1, "worker", LOW + 0x100000, HIGH + 0x100000);
    return 0;
}

static void expect(uint64_t stack_pointer, uint64_t address, const char *name, bool is_overflow)
{
    struct thread_place place;

    assert_true(record_thread(&record, stack_pointer, address, &place));
    assert_string_equal(place.name, name);
    assert_int_equal(place.is_overflow, is_overflow);
}

static void finds_the_thread_by_its_stack(void **state)
{
    (void)state;
    expect(LOW, 0x1000, "main", false);
    expect(HIGH, 0x1000, "main", false);
    expect(HIGH + 0x100000 - 8, 0, "worker", false);
}

static void finds_an_overflow_by_its_address(void **state)
{
    (void)state;
    expect(LOW - 8, LOW - 8, "main", true);
    expect(LOW + 16, LOW - 1, "main", true);
    expect(LOW + 0x100000 - 64, LOW + 0x100000 - 0x4000, "worker", true);
    expect(LOW + 16, LOW - 0x4001, "main", false);
    expect(LOW + 16, LOW, "main", false);
}

static void finds_nobody(void **state)
{
    struct thread_place place;

    (void)state;
    assert_false(record_thread(&record, LOW - 0x4001, 0x1000, &place));
    assert_false(record_thread(&record, HIGH + 1, 0, &place));
    memset(&record, 0, sizeof record);
    assert_false(record_thread(&record, 0, 0, &place));
    assert_false(record_thread(&record, UINT64_MAX, UINT64_MAX, &place));
}

static void believes_nothing(void **state)
{
    struct thread_place place;
    uint64_t seed = 1;

    (void)state;
    memset(&record, 0xff, sizeof record);
    assert_false(record_thread(&record, UINT64_MAX, UINT64_MAX, &place));
    memset(&record, 0, sizeof record);
    memset(record.thread[0].name, '\x1b', SG_NAME_MAX); /* no end, and nothing to print */
    record.thread[0].stack_high = UINT64_MAX;
    expect(5, UINT64_MAX, "???????????????????????", false);
    describe(0, "main", HIGH, LOW);
    assert_false(record_thread(&record, LOW + 8, LOW - 8, &place));
    for (uint32_t i = 0; i < 100000; i++) {
        ((uint32_t *)&record)[random_below(&seed, sizeof record / 4)] =
            random_below(&seed, UINT32_MAX);
        if (record_thread(&record, random_below(&seed, UINT32_MAX), i, &place))
            assert_true(strlen(place.name) < SG_NAME_MAX);
    }
}

static void name(uint32_t index, enum sg_metric_kind kind, const char *text)
{
    record.metric[index] = (struct sg_metric){.kind = kind, .value = index};
    memcpy(record.metric[index].name, text, strnlen(text, SG_METRIC_NAME_MAX));
}

static void finds_the_metrics_there_are(void **state)
{
    struct sg_metric metric;

    (void)state;
    assert_int_equal(record_metric(&record, 0, &metric), SG_METRICS_MAX);
    name(3, SG_METRIC_COUNTER, "calls");
    name(4, SG_METRIC_NONE, "not one");
    name(5, SG_METRIC_HISTOGRAM + 1, "nor this");
    name(6, SG_METRIC_GAUGE, "");
    name(SG_METRICS_MAX - 1, SG_METRIC_HISTOGRAM, "bytes \x1b[2J");
    assert_int_equal(record_metric(&record, 0, &metric), 3);
    assert_string_equal(metric.name, "calls");
    assert_int_equal(metric.value, 3);
    assert_int_equal(record_metric(&record, 4, &metric), SG_METRICS_MAX - 1);
    assert_string_equal(metric.name, "bytes??[2J");
    assert_int_equal(record_metric(&record, SG_METRICS_MAX, &metric), SG_METRICS_MAX);
    assert_int_equal(record_metric(&record, UINT32_MAX, &metric), UINT32_MAX);
    memset(record.metric[3].name, 'x', SG_METRIC_NAME_MAX); /* no end */
    assert_int_equal(record_metric(&record, 0, &metric), 3);
    assert_int_equal(strlen(metric.name), SG_METRIC_NAME_MAX - 1);
}

static void counts_in_buckets(void **state)
{
    const uint64_t edges[] = {0, 4, 16, 64, 256};

    (void)state;
    for (uint32_t i = 1; i < sizeof edges / sizeof edges[0]; i++) {
        assert_int_equal(sg_metric_bucket(edges[i] - 1), i - 1);
        assert_int_equal(sg_metric_bucket(edges[i]), i);
    }
    assert_int_equal(sg_metric_bucket(0), 0);
    assert_int_equal(sg_metric_bucket(UINT64_MAX), SG_METRIC_BUCKETS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_the_thread_by_its_stack, setup),
        cmocka_unit_test_setup(finds_an_overflow_by_its_address, setup),
        cmocka_unit_test_setup(finds_nobody, setup),
        cmocka_unit_test_setup(believes_nothing, setup),
        cmocka_unit_test_setup(finds_the_metrics_there_are, setup),
        cmocka_unit_test(counts_in_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
