/* SPDX-License-Identifier: BSD-2-Clause */
/* Range sets against a bitmap of the same operations. */
#include "boot/test/unit.h"

#include "boot/ranges.h"

#define UNITS 64u

static void assert_sound(const struct boot_ranges *ranges)
{
    assert_true(ranges->count <= BOOT_RANGES_MAX);
    for (uint32_t i = 0; i < ranges->count; i++) {
        assert_true(ranges->range[i].start < ranges->range[i].end);
        if (i > 0)
            assert_true(ranges->range[i - 1].end < ranges->range[i].start);
    }
}

static bool holds(const struct boot_ranges *ranges, uint64_t address)
{
    for (uint32_t i = 0; i < ranges->count; i++) {
        if (address >= ranges->range[i].start && address < ranges->range[i].end)
            return true;
    }
    return false;
}

static void test_agrees_with_a_bitmap(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 2000; round++) {
        struct boot_ranges ranges = {.count = 0};
        bool expected[UNITS] = {false};

        for (int step = 0; step < 20; step++) {
            uint64_t start = (uint64_t)rand() % UNITS;
            uint64_t end = start + (uint64_t)rand() % (UNITS - start + 1);
            bool adds = rand() % 2 == 0;

            if (adds)
                ranges_add(&ranges, (struct boot_range){start, end});
            else
                ranges_remove(&ranges, (struct boot_range){start, end});
            for (uint64_t i = start; i < end; i++)
                expected[i] = adds;
            assert_sound(&ranges);
            for (uint64_t i = 0; i < UNITS; i++)
                assert_int_equal(holds(&ranges, i), expected[i]);
        }
    }
}

static void test_full_set_only_loses(void **state)
{
    struct boot_ranges ranges = {.count = 0};

    (void)state;
    for (uint64_t i = 0; i < 2 * BOOT_RANGES_MAX; i++)
        ranges_add(&ranges, (struct boot_range){100 * i, 100 * i + 50});
    assert_sound(&ranges);
    assert_int_equal(ranges.count, BOOT_RANGES_MAX);
    ranges_remove(&ranges, (struct boot_range){10, 20});
    assert_sound(&ranges);
    assert_true(holds(&ranges, 9));
    assert_false(holds(&ranges, 10));
}

static void test_pages_shrink_inwards(void **state)
{
    struct boot_ranges ranges = {.count = 0};

    (void)state;
    ranges_add(&ranges, (struct boot_range){1, 4095});
    ranges_add(&ranges, (struct boot_range){4097, 8191});
    ranges_add(&ranges, (struct boot_range){10000, 30000});
    ranges_add(&ranges, (struct boot_range){UINT64_MAX - 10, UINT64_MAX});
    ranges_to_pages(&ranges);
    assert_int_equal(ranges.count, 1);
    assert_int_equal(ranges.range[0].start, 12288);
    assert_int_equal(ranges.range[0].end, 28672);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_bitmap),
        cmocka_unit_test(test_full_set_only_loses),
        cmocka_unit_test(test_pages_shrink_inwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
