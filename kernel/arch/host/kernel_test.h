/* SPDX-License-Identifier: BSD-2-Clause */
/* What every test file of the kernel begins with: cmocka, and a freshly booted machine a test. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "host.h"
#include "walker.h"

static inline void kernel_test_fail(const char *text)
{
    fail_msg("%s", text);
}

static inline int kernel_test_boot(uint32_t cpu_count)
{
    host.fail = kernel_test_fail;
    fixture_describe(FIXTURE_FRAMES);
    fixture.from.cpu_count = cpu_count;
    fixture_boot();
    return 0;
}

static inline int kernel_test_setup(void **state)
{
    (void)state;
    return kernel_test_boot(1);
}

static inline int kernel_test_setup_three(void **state)
{
    (void)state;
    return kernel_test_boot(3);
}

static inline int kernel_test_teardown(void **state)
{
    (void)state;
    fixture_finish();
    return 0;
}

#define KERNEL_TEST(test) \
    cmocka_unit_test_setup_teardown(test, kernel_test_setup, kernel_test_teardown)

/* The same on three CPUs. */
#define KERNEL_TEST_CPUS(test) \
    cmocka_unit_test_setup_teardown(test, kernel_test_setup_three, kernel_test_teardown)

/* Compares two numbers as signed. */
#define expect_equal(found, expected) assert_int_equal((int64_t)(found), (int64_t)(expected))
