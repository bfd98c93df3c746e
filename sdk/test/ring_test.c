/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"

#define NEARLY_WRAPPED 0xfffffffau

static void submit(uint64_t user_data, enum sg_status expected)
{
    struct sg_submission submission = {.opcode = SG_OP_NOP, .user_data = user_data};

    assert_int_equal(sg_ring_submit(sg_own_ring(), &submission), expected);
}

static void refuses_geometry_no_kernel_makes(void **state)
{
    static _Alignas(4096) uint8_t memory[4096];
    const struct sg_ring_geometry wrong[] = {
        {0, 16, 1}, {8, 0, 1},    {6, 16, 1},  {8, 12, 1},
        {16, 8, 1}, {8, 512, 64}, {64, 64, 1}, {8, 16, 65},
    };
    struct sg_ring ring;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(sg_ring_init(&ring, memory, wrong[i]), SG_BAD_ARGUMENT);
    assert_int_equal(sg_ring_init(&ring, memory, (struct sg_ring_geometry){8, 16, 1}), SG_OK);
    assert_int_equal(ring.arena_bytes, 4096 - 256 - 8 * 64 - 16 * 32);
}

static void keeps_order_over_the_wrap(void **state)
{
    (void)state;
    fake_begin(NEARLY_WRAPPED);
    for (uint64_t i = 0; i < 40; i++) {
        submit(i, SG_OK);
        if (i % 3 == 2)
            assert_int_equal(sg_ring_enter(sg_own_ring(), 0, 0), SG_OK);
    }
    assert_int_equal(sg_ring_enter(sg_own_ring(), 0, 0), SG_OK);
    assert_int_equal(fake_kernel.taken_count, 40);
    for (uint64_t i = 0; i < 40; i++)
        assert_int_equal(fake_kernel.taken[i].user_data, i);
}

static void makes_room_by_entering(void **state)
{
    (void)state;
    fake_begin(0);
    for (uint64_t i = 0; i < FAKE_SUBMISSIONS; i++)
        submit(i, SG_OK);
    assert_int_equal(fake_kernel.enter_count, 0);
    submit(8, SG_OK);
    assert_int_equal(fake_kernel.enter_count, 1);
    assert_int_equal(sg_ring_pending(sg_own_ring()), 1);
}

static void says_when_the_queue_stays_full(void **state)
{
    (void)state;
    fake_begin(NEARLY_WRAPPED);
    fake_kernel.take_limit = 2;
    for (uint64_t i = 0; i < FAKE_SUBMISSIONS + 2; i++)
        submit(i, SG_OK);
    submit(99, SG_LIMIT);
    assert_int_equal(sg_ring_pending(sg_own_ring()), FAKE_SUBMISSIONS);
    fake_kernel.take_limit = UINT32_MAX;
    submit(10, SG_OK);
    assert_int_equal(sg_ring_enter(sg_own_ring(), 0, 0), SG_OK);
    for (uint64_t i = 0; i <= 10; i++)
        assert_int_equal(fake_kernel.taken[i].user_data, i);
}

static void takes_completions_oldest_first(void **state)
{
    struct sg_completion completion;

    (void)state;
    fake_begin(NEARLY_WRAPPED);
    assert_int_equal(sg_ring_next(sg_own_ring(), &completion), SG_NOT_FOUND);
    for (uint64_t i = 0; i < 40; i++) {
        fake_complete(&(struct sg_completion){.user_data = i});
        fake_complete(&(struct sg_completion){.user_data = i + 100});
        assert_int_equal(sg_ring_next(sg_own_ring(), &completion), SG_OK);
        assert_int_equal(completion.user_data, i);
        assert_int_equal(sg_ring_next(sg_own_ring(), &completion), SG_OK);
        assert_int_equal(completion.user_data, i + 100);
    }
    assert_int_equal(sg_ring_next(sg_own_ring(), &completion), SG_NOT_FOUND);
}

/* Rows of places end where the queue begins again, and where it is full. */
static void gives_places_in_rows(void **state)
{
    const struct sg_ring *ring;
    struct sg_submission *place;
    uint32_t row, given = 0;

    (void)state;
    fake_begin(NEARLY_WRAPPED);
    ring = sg_own_ring();
    assert_int_equal(sg_ring_places(ring, 100, &place), 6);
    assert_int_equal(sg_ring_places(ring, 4, &place), 4);
    while ((row = sg_ring_places(ring, 100, &place)) != 0) {
        for (uint32_t i = 0; i < row; i++)
            place[i] = (struct sg_submission){.opcode = SG_OP_NOP, .user_data = given++};
        sg_ring_push(ring, row);
    }
    assert_int_equal(given, FAKE_SUBMISSIONS);
    assert_int_equal(sg_ring_enter(sg_own_ring(), 0, 0), SG_OK);
    for (uint64_t i = 0; i < FAKE_SUBMISSIONS; i++)
        assert_int_equal(fake_kernel.taken[i].user_data, i);
    assert_int_equal(sg_ring_places(ring, 100, &place), FAKE_SUBMISSIONS - 2);
}

static void shows_completions_in_rows(void **state)
{
    const struct sg_completion *oldest;
    uint32_t row, taken = 0;

    (void)state;
    fake_begin(NEARLY_WRAPPED);
    assert_int_equal(sg_ring_peek(sg_own_ring(), &oldest), 0);
    for (uint64_t i = 0; i < FAKE_COMPLETIONS; i++)
        fake_complete(&(struct sg_completion){.user_data = i});
    while ((row = sg_ring_peek(sg_own_ring(), &oldest)) != 0) {
        for (uint32_t i = 0; i < row; i++)
            assert_int_equal(oldest[i].user_data, taken++);
        sg_ring_pop(sg_own_ring(), row);
    }
    assert_int_equal(taken, FAKE_COMPLETIONS);
}

static void waits_as_asked(void **state)
{
    (void)state;
    fake_begin(0);
    assert_int_equal(sg_ring_enter(sg_own_ring(), 1, 1234), SG_TIMED_OUT);
    assert_int_equal(fake_kernel.deadline_ns, 1234);
    fake_complete(&(struct sg_completion){0});
    assert_int_equal(sg_ring_enter(sg_own_ring(), 1, 1234), SG_OK);
}

static void cuts_the_arena_without_overlap(void **state)
{
    struct sg_ring *ring = sg_own_ring();
    uint32_t offset[1024], count = 0;
    void *pointer;

    (void)state;
    fake_begin(0);
    while (sg_ring_buffer(ring, 100, &offset[count], &pointer) == SG_OK) {
        assert_ptr_equal(pointer, ring->arena + offset[count]);
        assert_int_equal(offset[count] % 64, 0);
        assert_true(offset[count] + 100 <= ring->arena_bytes);
        memset(pointer, (int)(count & 0xff), 100);
        count++;
    }
    assert_int_equal(count, ring->arena_bytes / 128);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < 100; j++)
            assert_int_equal(ring->arena[offset[i] + j], i & 0xff);
    sg_ring_buffer_free(ring, offset[3], 100);
    sg_ring_buffer_free(ring, offset[4], 100);
    assert_int_equal(sg_ring_buffer(ring, 257, &offset[3], &pointer), SG_LIMIT);
    assert_int_equal(sg_ring_buffer(ring, 256, &offset[3], &pointer), SG_OK);
    assert_int_equal(sg_ring_buffer(ring, 0, &offset[3], &pointer), SG_BAD_ARGUMENT);
    assert_int_equal(sg_ring_buffer(ring, UINT32_MAX, &offset[3], &pointer), SG_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_geometry_no_kernel_makes),
        cmocka_unit_test(keeps_order_over_the_wrap),
        cmocka_unit_test(makes_room_by_entering),
        cmocka_unit_test(says_when_the_queue_stays_full),
        cmocka_unit_test(takes_completions_oldest_first),
        cmocka_unit_test(gives_places_in_rows),
        cmocka_unit_test(shows_completions_in_rows),
        cmocka_unit_test(waits_as_asked),
        cmocka_unit_test(cuts_the_arena_without_overlap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
