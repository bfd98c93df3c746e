/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "signet/frames.h"

#define UNTYPED ((struct sg_handle){3, 1})

static void take(struct sg_frames *frames, uint32_t count, uint32_t expected)
{
    uint32_t offset = UINT32_MAX;

    assert_int_equal(sg_frames_take(frames, count, &offset), SG_OK);
    assert_int_equal(offset, expected);
}

static void starts_with_what_is_free(void **state)
{
    struct sg_frames frames;

    (void)state;
    sg_frames_init(&frames, UNTYPED, 100, 10);
    assert_int_equal(frames.free_count, 90);
    take(&frames, 1, 10);
    sg_frames_init(&frames, UNTYPED, 100, 100);
    assert_int_equal(frames.free_count, 0);
    sg_frames_init(&frames, UNTYPED, 100, 101);
    assert_int_equal(frames.free_count, 0);
}

static void takes_the_lowest_run_that_fits(void **state)
{
    struct sg_frames frames;
    uint32_t offset = 77;

    (void)state;
    sg_frames_init(&frames, UNTYPED, 100, 1);
    take(&frames, 4, 1);
    take(&frames, 4, 5);
    take(&frames, 4, 9);
    assert_int_equal(sg_frames_give(&frames, 5, 4), SG_OK);
    take(&frames, 5, 13);
    take(&frames, 3, 5);
    assert_int_equal(sg_frames_take(&frames, 83, &offset), SG_NO_FRAMES);
    assert_int_equal(sg_frames_take(&frames, 0, &offset), SG_BAD_ARGUMENT);
    assert_int_equal(offset, 77);
    take(&frames, 82, 18);
    take(&frames, 1, 8);
    assert_int_equal(frames.free_count, 0);
}

static void joins_neighbours(void **state)
{
    struct sg_frames frames;

    (void)state;
    sg_frames_init(&frames, UNTYPED, 40, 0);
    take(&frames, 40, 0);
    assert_int_equal(sg_frames_give(&frames, 10, 10), SG_OK);
    assert_int_equal(sg_frames_give(&frames, 0, 5), SG_OK);
    assert_int_equal(frames.range_count, 2);
    assert_int_equal(sg_frames_give(&frames, 5, 2), SG_OK);
    assert_int_equal(frames.range_count, 2);
    assert_int_equal(sg_frames_give(&frames, 9, 1), SG_OK);
    assert_int_equal(frames.range_count, 2);
    assert_int_equal(sg_frames_give(&frames, 7, 2), SG_OK);
    assert_int_equal(frames.range_count, 1);
    take(&frames, 20, 0);
}

static void refuses_what_is_free_or_outside(void **state)
{
    struct sg_frames frames;

    (void)state;
    sg_frames_init(&frames, UNTYPED, 40, 10);
    take(&frames, 10, 10);
    assert_int_equal(sg_frames_give(&frames, 15, 6), SG_BAD_ARGUMENT);
    assert_int_equal(sg_frames_give(&frames, 20, 1), SG_BAD_ARGUMENT);
    assert_int_equal(sg_frames_give(&frames, 39, 2), SG_BAD_ARGUMENT);
    assert_int_equal(sg_frames_give(&frames, 41, 1), SG_BAD_ARGUMENT);
    assert_int_equal(sg_frames_give(&frames, 10, UINT32_MAX), SG_BAD_ARGUMENT);
    assert_int_equal(sg_frames_give(&frames, 10, 0), SG_BAD_ARGUMENT);
    assert_int_equal(frames.free_count, 20);
}

static void says_when_ranges_run_out(void **state)
{
    struct sg_frames frames;

    (void)state;
    sg_frames_init(&frames, UNTYPED, 1000, 0);
    take(&frames, 1000, 0);
    for (uint32_t i = 0; i < SG_FRAME_RANGES_MAX; i++)
        assert_int_equal(sg_frames_give(&frames, 2 * i, 1), SG_OK);
    assert_int_equal(sg_frames_give(&frames, 900, 1), SG_LIMIT);
    assert_int_equal(frames.free_count, SG_FRAME_RANGES_MAX);
    assert_int_equal(sg_frames_give(&frames, 1, 1), SG_OK);
    assert_int_equal(sg_frames_give(&frames, 900, 1), SG_OK);
}

/* The same operations on one byte a frame. */
static void agrees_with_a_map_of_bytes(void **state)
{
    enum { FRAMES = 64, ROUNDS = 20000 };
    uint8_t is_free[FRAMES];
    struct sg_frames frames;

    (void)state;
    srand(1);
    memset(is_free, 1, sizeof is_free);
    sg_frames_init(&frames, UNTYPED, FRAMES, 0);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count = 1 + (uint32_t)rand() % 6;
        uint32_t offset = (uint32_t)rand() % (FRAMES - count + 1);
        if (rand() % 2) {
            if (sg_frames_take(&frames, count, &offset) != SG_OK)
                continue;
            for (uint32_t i = 0; i < count; i++)
                assert_true(is_free[offset + i]);
            memset(is_free + offset, 0, count);
        } else {
            int all_taken = memchr(is_free + offset, 1, count) == NULL;
            assert_int_equal(sg_frames_give(&frames, offset, count) == SG_OK, all_taken);
            if (all_taken)
                memset(is_free + offset, 1, count);
        }
        uint32_t free_count = 0;
        for (uint32_t i = 0; i < FRAMES; i++)
            free_count += is_free[i];
        assert_int_equal(frames.free_count, free_count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_what_is_free),
        cmocka_unit_test(takes_the_lowest_run_that_fits),
        cmocka_unit_test(joins_neighbours),
        cmocka_unit_test(refuses_what_is_free_or_outside),
        cmocka_unit_test(says_when_ranges_run_out),
        cmocka_unit_test(agrees_with_a_map_of_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
