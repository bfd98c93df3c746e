/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of so many frames that these are claimed in steps. */
#include "kernel_test.h"

#define LARGE_PAGES 600u

static int create_at(uint64_t untyped, uint32_t offset, uint32_t pages, uint64_t *handle)
{
    return OBJECT(fixture.init, untyped, SG_UNTYPED_CREATE, handle, SG_TYPE_MEMORY, offset, pages);
}

static int create_large(uint32_t offset, uint32_t pages, uint64_t *handle, uint32_t *steps)
{
    int status;

    *steps = 0;
    do {
        status = create_at(fixture.untyped, offset, pages, handle);
        (*steps)++;
        walker_check();
    } while (status == SG_AGAIN);
    return status;
}

/* A large object is claimed in steps, of frames that are dirty and of such that are not. */
static void creates_in_steps(void **state)
{
    uint64_t free = fixture_free();
    uint64_t handle;
    uint32_t steps;

    (void)state;
    for (uint32_t round = 0; round < 2; round++) {
        expect_equal(create_large(fixture.next, LARGE_PAGES, &handle, &steps), SG_OK);
        assert_true(steps >= (round == 0 ? LARGE_PAGES / SG_SCRUB_MAX : 2));
        expect_equal(fixture_free(), free - LARGE_PAGES - 1);
        const uint8_t *pages = arch_frame_pointer(fixture_object(fixture.init, handle) + 1);
        for (uint32_t i = 0; i < LARGE_PAGES * PAGE_SIZE; i++)
            expect_equal(pages[i], 0);
        expect_equal(fixture_destroy(handle), SG_OK);
        expect_equal(fixture_free(), free);
    }
    assert_true(steps < LARGE_PAGES / SG_SCRUB_MAX);
}

/* What is in its way at the end has all of it given back. */
static void gives_up_in_steps(void **state)
{
    uint64_t free = fixture_free();
    uint32_t steps;
    uint64_t handle;

    (void)state;
    (void)fixture_create_in(fixture.untyped, fixture.next + LARGE_PAGES, SG_TYPE_SCHED, 0, 0, 0);
    expect_equal(create_large(fixture.next, LARGE_PAGES, &handle, &steps), SG_NO_FRAMES);
    assert_true(steps > LARGE_PAGES / SG_SCRUB_MAX);
    expect_equal(fixture_free(), free - 1);
    expect_equal(create_large(fixture.next, LARGE_PAGES - 1, &handle, &steps), SG_OK);
    expect_equal(fixture_free(), free - 1 - LARGE_PAGES);
    uint32_t extent = machine.frames.table[fixture.untyped_head].extent;
    expect_equal(create_large(extent - LARGE_PAGES, LARGE_PAGES, &handle, &steps), SG_BAD_ARGUMENT);
    expect_equal(fixture_free(), free - 1 - LARGE_PAGES);
}

/* Who began and went away is in nobody's way: not of another object there, nor of the untyped's end. */
static void gives_up_for_another(void **state)
{
    uint64_t free = fixture_free();
    uint64_t child = fixture_untyped(LARGE_PAGES + 8);
    int status;

    (void)state;
    for (uint32_t i = 0; i < 20; i++)
        expect_equal(create_at(child, 4, LARGE_PAGES, NULL), SG_AGAIN);
    expect_equal(create_at(child, 5, 1, NULL), SG_NO_FRAMES);
    do
        status = create_at(child, 4, 1, NULL);
    while (status == SG_AGAIN);
    expect_equal(status, SG_NO_FRAMES);
    expect_equal(create_at(child, 4, 1, NULL), SG_OK);
    for (uint32_t i = 0; i < 20; i++)
        expect_equal(create_at(child, 6, LARGE_PAGES, NULL), SG_AGAIN);
    walker_check();
    expect_equal(fixture_destroy(child), SG_OK);
    expect_equal(fixture_free(), free);
}

/* A smaller object takes over what a larger has begun, and is no larger than it is. */
static void takes_over(void **state)
{
    uint64_t free = fixture_free();
    uint64_t child = fixture_untyped(LARGE_PAGES + 8);
    uint64_t handle;
    uint64_t value;

    (void)state;
    expect_equal(create_at(child, 4, LARGE_PAGES, NULL), SG_AGAIN);
    while (create_at(child, 4, 3, &handle) == SG_AGAIN)
        walker_check();
    expect_equal(OBJECT(fixture.init, handle, SG_INFO, &value, SG_INFO_FRAMES), SG_OK);
    expect_equal(value, 4);
    expect_equal(OBJECT(fixture.init, child, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, LARGE_PAGES + 8 - 1 - 4);
    walker_check();
    expect_equal(fixture_destroy(handle), SG_OK);
    expect_equal(fixture_destroy(child), SG_OK);
    expect_equal(fixture_free(), free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(creates_in_steps),
        KERNEL_TEST(gives_up_in_steps),
        KERNEL_TEST(gives_up_for_another),
        KERNEL_TEST(takes_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
