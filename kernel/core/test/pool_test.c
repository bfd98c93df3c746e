/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/pool.h"

#define COUNT 37u

static uint16_t order[COUNT];
static uint16_t rank[COUNT];

static void make(struct pool *pool)
{
    memset(rank, 0xff, sizeof(rank)); /* what they hold is of no account */
    memset(order, 0xff, sizeof(order));
    pool_init(pool, order, rank, COUNT);
}

static void test_low_numbers_go_first(void **state)
{
    struct pool pool;

    (void)state;
    make(&pool);
    assert_int_equal(pool_take_any(&pool), 0);
    assert_int_equal(pool_take_any(&pool), 1);
    pool_give(&pool, 0);
    assert_int_equal(pool_take_any(&pool), 0);
    assert_int_equal(pool_take_any(&pool), 2);
}

static void test_grows_to_its_limit(void **state)
{
    struct pool pool;

    (void)state;
    make(&pool);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(pool_has(&pool));
        assert_true(pool_has(&pool));
        assert_int_equal(pool_take(&pool), i);
    }
    assert_false(pool_has(&pool));
    assert_int_equal(pool_left(&pool), 0);
}

static void test_agrees_with_a_set(void **state)
{
    struct pool pool;
    bool is_free[COUNT];
    uint32_t free_count = COUNT;
    uint64_t seed = 1;

    (void)state;
    memset(is_free, true, sizeof(is_free));
    make(&pool);
    for (int step = 0; step < 20000; step++) {
        uint32_t index = random_below(&seed, COUNT);

        if (!is_free[index]) { /* then it is below count */
            pool_give(&pool, index);
            is_free[index] = true;
            free_count++;
        } else if (free_count > 0 && random_below(&seed, 3) != 0) {
            index = pool_take_any(&pool);
            assert_true(index < COUNT && is_free[index]);
            is_free[index] = false;
            free_count--;
        }
        assert_int_equal(pool_left(&pool), free_count);
        for (uint32_t i = 0; i < pool.count; i++)
            assert_int_equal(pool_is_free(&pool, i), is_free[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_low_numbers_go_first),
        cmocka_unit_test(test_grows_to_its_limit),
        cmocka_unit_test(test_agrees_with_a_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
