/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backoff.h"
#include "shape.h"

#define MS UINT64_C(1000000)

static const signet_manifest_v1_Restart never = {signet_manifest_v1_Restart_Policy_NEVER, 0, 0};
static const signet_manifest_v1_Restart on_failure = {signet_manifest_v1_Restart_Policy_ON_FAILURE,
                                                      3, 100};
static const signet_manifest_v1_Restart always = {signet_manifest_v1_Restart_Policy_ALWAYS, 20,
                                                  4000};

static const struct ending failure = {1000, true};
static const struct ending success = {1000, false};

static void policy_decides(void **state)
{
    struct fortune fortune = {0};
    uint64_t delay_ns;
    (void)state;
    assert_int_equal(backoff_decide(&never, &fortune, failure, &delay_ns), VERDICT_FAILED);
    assert_int_equal(backoff_decide(&never, &fortune, success, &delay_ns), VERDICT_ENDED);
    assert_int_equal(backoff_decide(&on_failure, &fortune, success, &delay_ns), VERDICT_ENDED);
    assert_int_equal(backoff_decide(&on_failure, &fortune, failure, &delay_ns), VERDICT_RESTART);
    assert_int_equal(backoff_decide(&always, &fortune, success, &delay_ns), VERDICT_RESTART);
}

static void pause_doubles_until_the_limit(void **state)
{
    struct fortune fortune = {0};
    uint64_t delay_ns;
    (void)state;
    for (uint64_t expected_ms = 100; expected_ms <= 400; expected_ms *= 2) {
        assert_int_equal(backoff_decide(&on_failure, &fortune, failure, &delay_ns),
                         VERDICT_RESTART);
        assert_int_equal(delay_ns, expected_ms * MS);
    }
    assert_int_equal(backoff_decide(&on_failure, &fortune, failure, &delay_ns), VERDICT_FAILED);
}

static void pause_has_a_longest(void **state)
{
    struct fortune fortune = {0};
    uint64_t delay_ns = 0;
    (void)state;
    for (uint32_t i = 0; i < always.limit; i++)
        assert_int_equal(backoff_decide(&always, &fortune, failure, &delay_ns), VERDICT_RESTART);
    assert_int_equal(delay_ns, MANIFEST_BACKOFF_MAX_MS * MS);
}

static void a_long_run_forgives(void **state)
{
    struct fortune fortune = {.failures = 3, .started_ns = 500};
    struct ending late = {500 + MANIFEST_STABLE_RUN_NS, true};
    uint64_t delay_ns;
    (void)state;
    assert_int_equal(backoff_decide(&on_failure, &fortune, late, &delay_ns), VERDICT_RESTART);
    assert_int_equal(fortune.failures, 1);
    assert_int_equal(delay_ns, 100 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_decides),
        cmocka_unit_test(pause_doubles_until_the_limit),
        cmocka_unit_test(pause_has_a_longest),
        cmocka_unit_test(a_long_run_forgives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
