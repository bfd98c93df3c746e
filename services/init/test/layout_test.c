/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signet/startup.h>

#include "layout.h"

static void check_layout(uint64_t program_end, uint32_t ring_pages, uint32_t stack_kib)
{
    struct manifest_shape shape = {.ring_pages = ring_pages, .stack_kib = stack_kib};
    struct layout layout;
    layout_process(program_end, &shape, &layout);
    assert_true(layout.startup > program_end);
    assert_true(layout.record > layout.startup + SG_STARTUP_PAGES * SG_PAGE_SIZE);
    assert_true(layout.ring > layout.record + SG_RECORD_PAGES * SG_PAGE_SIZE);
    assert_true(layout.stack > layout.ring + (uint64_t)ring_pages * SG_PAGE_SIZE);
    assert_int_equal(layout.stack_top - layout.stack, (uint64_t)stack_kib * 1024);
    assert_true(layout.map_base > layout.stack_top);
    assert_true(layout.map_end > layout.map_base && layout.map_end <= SG_USER_END);
    assert_int_equal(layout.startup % SG_PAGE_SIZE, 0);
    assert_int_equal(layout.record % SG_PAGE_SIZE, 0);
    assert_int_equal(layout.ring % SG_PAGE_SIZE, 0);
    assert_int_equal(layout.stack % SG_PAGE_SIZE, 0);
    assert_int_equal(layout.map_base % SG_PAGE_SIZE, 0);
}

static void neighbours_never_touch(void **state)
{
    (void)state;
    check_layout(0x400001, 2, 4);
    check_layout(0x410000, 8, 32);
    check_layout(0x7fffff, 64, 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(neighbours_never_touch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
