/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"
#include "threads.h"

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

    assert_true(thread_find(&record, stack_pointer, address, &place));
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
    assert_false(thread_find(&record, LOW - 0x4001, 0x1000, &place));
    assert_false(thread_find(&record, HIGH + 1, 0, &place));
    memset(&record, 0, sizeof record);
    assert_false(thread_find(&record, 0, 0, &place));
    assert_false(thread_find(&record, UINT64_MAX, UINT64_MAX, &place));
}

static void believes_nothing(void **state)
{
    struct thread_place place;
    uint64_t seed = 1;

    (void)state;
    memset(&record, 0xff, sizeof record);
    assert_false(thread_find(&record, UINT64_MAX, UINT64_MAX, &place));
    memset(&record, 0, sizeof record);
    memset(record.thread[0].name, '\x1b', SG_NAME_MAX); /* no end, and nothing to print */
    record.thread[0].stack_high = UINT64_MAX;
    expect(5, UINT64_MAX, "???????????????????????", false);
    describe(0, "main", HIGH, LOW);
    assert_false(thread_find(&record, LOW + 8, LOW - 8, &place));
    for (uint32_t i = 0; i < 100000; i++) {
        ((uint32_t *)&record)[random_below(&seed, sizeof record / 4)] =
            random_below(&seed, UINT32_MAX);
        if (thread_find(&record, random_below(&seed, UINT32_MAX), i, &place))
            assert_true(strlen(place.name) < SG_NAME_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_the_thread_by_its_stack, setup),
        cmocka_unit_test_setup(finds_an_overflow_by_its_address, setup),
        cmocka_unit_test_setup(finds_nobody, setup),
        cmocka_unit_test_setup(believes_nothing, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
