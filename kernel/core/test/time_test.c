/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/time.h"

static void test_sums_saturate(void **state)
{
    (void)state;
    assert_true(time_add(UINT64_MAX, 1) == UINT64_MAX);
    assert_true(time_add(2, 3) == 5);
    assert_true(time_subtract(2, 3) == 0);
    assert_true(time_subtract(5, 3) == 2);
}

static void test_slices(void **state)
{
    (void)state;
    assert_true(time_slice_ns(SG_WEIGHT_DEFAULT, 12345) == 12345);
    assert_true(time_slice_ns(2 * SG_WEIGHT_DEFAULT, 12345) == 24690);
    assert_true(time_slice_ns(1, 250) == 2);
    assert_true(time_slice_ns(0, 250) == 1);
    assert_true(time_slice_ns(UINT32_MAX, UINT64_MAX) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_saturate),
        cmocka_unit_test(test_slices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
