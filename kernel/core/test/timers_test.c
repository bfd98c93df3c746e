/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/timers.h"

#define COUNT 61u

static uint64_t deadline[COUNT];
static uint32_t order[COUNT];
static uint32_t rank[COUNT];

/* The earliest deadline, found the long way. */
static uint64_t earliest(const bool *armed)
{
    uint64_t least = UINT64_MAX;

    for (uint32_t t = 0; t < COUNT; t++) {
        if (armed[t] && deadline[t] < least)
            least = deadline[t];
    }
    return least;
}

static void test_agrees_with_a_search(void **state)
{
    struct timers timers;
    bool armed[COUNT] = {false};
    uint32_t armed_count = 0;
    uint64_t seed = 1;

    (void)state;
    timers_init(&timers, deadline, order, rank, COUNT);
    for (int step = 0; step < 30000; step++) {
        uint32_t t = random_below(&seed, COUNT);

        if (!armed[t] && random_below(&seed, 2) == 0) {
            timers_arm(&timers, t, random_below(&seed, 50));
            armed[t] = true;
            armed_count++;
        } else {
            timers_cancel(&timers, t);
            armed_count -= armed[t];
            armed[t] = false;
        }
        assert_int_equal(timers.armed, armed_count);
        for (uint32_t i = 0; i < COUNT; i++)
            assert_int_equal(timers_is_armed(&timers, i), armed[i]);
        if (armed_count > 0)
            assert_int_equal(deadline[timers_first(&timers)], earliest(armed));
    }
}

static void test_deadlines_come_out_sorted(void **state)
{
    struct timers timers;
    uint64_t seed = 2;
    uint64_t last = 0;

    (void)state;
    timers_init(&timers, deadline, order, rank, COUNT);
    for (uint32_t t = 0; t < COUNT; t++)
        timers_arm(&timers, t, random_below(&seed, 1000));
    while (timers.armed > 0) {
        uint32_t first = timers_first(&timers);

        assert_true(deadline[first] >= last);
        last = deadline[first];
        timers_cancel(&timers, first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_search),
        cmocka_unit_test(test_deadlines_come_out_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
