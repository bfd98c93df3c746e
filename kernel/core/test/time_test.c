/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/time.h"

/* The product in 128 bits, which the kernel does without. */
static uint64_t scaled(uint64_t ticks, uint64_t numerator)
{
    unsigned __int128 exact = (unsigned __int128)ticks * numerator >> 32;

    return exact > UINT64_MAX ? UINT64_MAX : (uint64_t)exact;
}

static void test_scale_is_exact(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint64_t ticks = (uint64_t)random_below(&seed, 1u << 31) << random_below(&seed, 34);
        uint64_t numerator = (uint64_t)random_below(&seed, 1u << 31) << random_below(&seed, 34);

        assert_true(time_scale(ticks, numerator) == scaled(ticks, numerator));
    }
    assert_true(time_scale(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
    assert_true(time_scale(UINT64_MAX, UINT64_C(1) << 32) == UINT64_MAX);
    assert_true(time_scale(UINT64_MAX, 1) == UINT32_MAX);
}

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
        cmocka_unit_test(test_scale_is_exact),
        cmocka_unit_test(test_sums_saturate),
        cmocka_unit_test(test_slices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
