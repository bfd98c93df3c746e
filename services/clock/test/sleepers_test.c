/* SPDX-License-Identifier: BSD-2-Clause */
#include "sleepers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PLACES 100u

static struct sleepers sleepers;

static enum sleepers_choice add(uint64_t client, uint64_t end_ns, uint32_t *place)
{
    enum sleepers_choice choice = sleepers_choose(&sleepers, client, place);

    if (choice != SLEEPERS_NONE)
        sleepers_take(&sleepers, *place, client, end_ns);
    return choice;
}

static void a_client_gives_up_its_own_longest(void **state)
{
    uint32_t place, other;

    (void)state;
    sleepers = (struct sleepers){.places = PLACES};
    assert_int_equal(add(2, 9000, &other), SLEEPERS_FREE);
    for (uint64_t i = 0; i < SLEEPERS_OF_CLIENT; i++)
        assert_int_equal(add(1, i == 3 ? 500 : 100 + i, &place), SLEEPERS_FREE);
    assert_int_equal(add(1, 700, &place), SLEEPERS_GIVE_UP);
    assert_int_equal(place, other + 1 + 3);
    assert_int_equal(add(1, 50, &place), SLEEPERS_GIVE_UP);
    assert_int_equal(place, other + 1 + 3);
    assert_int_equal(add(2, 1, &place), SLEEPERS_FREE);
    assert_int_equal(sleepers.sleeper[other].end_ns, 9000);
}

static void a_full_table_refuses_strangers_only(void **state)
{
    uint32_t place;

    (void)state;
    sleepers = (struct sleepers){.places = PLACES};
    for (uint64_t i = 0; i < PLACES; i++)
        assert_int_equal(add(i / SLEEPERS_OF_CLIENT, i, &place), SLEEPERS_FREE);
    assert_int_equal(add(999, 1, &place), SLEEPERS_NONE);
    assert_int_equal(add(0, 1, &place), SLEEPERS_GIVE_UP);
    sleepers_free(&sleepers, 77);
    assert_int_equal(add(999, 1, &place), SLEEPERS_FREE);
    assert_int_equal(place, 77);
    assert_int_equal(add(999, 1, &place), SLEEPERS_GIVE_UP);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_gives_up_its_own_longest),
        cmocka_unit_test(a_full_table_refuses_strangers_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
