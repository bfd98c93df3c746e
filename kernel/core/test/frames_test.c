/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame table under random operations, its invariant recomputed after each; the exact count of
   used frames, which the proof only bounds, included. */
#include "core/test/unit.h"

#include "core/frames.h"

#define COUNT 96u
#define ROOT 4u
#define ROOT_EXTENT 88u

static struct frame table[COUNT];
static struct frames frames = {table, COUNT};

static bool is_untyped(uint32_t f)
{
    return table[f].role == FRAME_HEAD && table[f].type == SG_TYPE_UNTYPED;
}

static void check_head(uint32_t h)
{
    assert_int_equal(table[h].head, h);
    for (uint32_t i = 1; i < table[h].count; i++) {
        assert_int_equal(table[h + i].role, FRAME_BODY);
        assert_int_equal(table[h + i].head, h);
        assert_int_equal(table[h + i].owner, table[h].owner);
    }
}

static void check_untyped(uint32_t u)
{
    uint32_t used = 0;

    assert_int_equal(table[u].count, 1);
    for (uint32_t f = u; f < u + table[u].extent; f++) {
        used += !(table[f].role == FRAME_FREE && table[f].owner == u);
        assert_true(f == u || table[f].owner >= u);
    }
    assert_int_equal(table[u].used, used);
}

static void check_all(void)
{
    for (uint32_t f = 0; f < COUNT; f++) {
        uint32_t owner = table[f].owner;

        if (owner != FRAME_NONE)
            assert_true(is_untyped(owner) && owner < f && f < owner + table[owner].extent);
        if (table[f].role == FRAME_HEAD)
            check_head(f);
        if (table[f].role == FRAME_BODY)
            assert_true(table[f].head < f && f < table[f].head + table[table[f].head].count);
        if (is_untyped(f))
            check_untyped(f);
    }
}

static void reset(void)
{
    memset(table, 0, sizeof(table));
    frames_add_root(&frames, ROOT, ROOT_EXTENT);
    check_all();
}

static void scrub(uint32_t first, uint32_t count)
{
    uint32_t dirty;

    while ((dirty = frames_next_dirty(&frames, first, count)) != first + count)
        frames_set_clean(&frames, dirty);
}

static void claim(uint32_t untyped, uint32_t offset, uint32_t count, uint8_t type)
{
    assert_int_equal(frames_check(&frames, untyped, offset, count), SG_OK);
    scrub(untyped + offset, count);
    frames_claim(&frames, untyped, offset, type);
    if (count > 1)
        frames_extend(&frames, untyped + offset, count - 1);
}

static void destroy(uint32_t head)
{
    frames_kill(&frames, head);
    while (table[head].count > 1) {
        (void)frames_release_body(&frames, head);
        check_all();
    }
    while (is_untyped(head) && table[head].extent > 1) {
        frames_ungrant(&frames, head);
        check_all();
    }
    frames_release_head(&frames, head);
}

static void test_requests_are_checked(void **state)
{
    (void)state;
    reset();
    assert_int_equal(frames_check(&frames, ROOT, 1, 0), SG_BAD_ARGUMENT);
    assert_int_equal(frames_check(&frames, ROOT, 1, ROOT_EXTENT), SG_BAD_ARGUMENT);
    assert_int_equal(frames_check(&frames, ROOT, UINT32_MAX, 2), SG_BAD_ARGUMENT);
    assert_int_equal(frames_check(&frames, ROOT, 2, UINT32_MAX), SG_BAD_ARGUMENT);
    assert_int_equal(frames_check(&frames, ROOT, 0, 1), SG_NO_FRAMES);
    assert_int_equal(frames_check(&frames, ROOT, 1, ROOT_EXTENT - 1), SG_OK);
    claim(ROOT, 10, 3, SG_TYPE_MEMORY);
    assert_int_equal(frames_check(&frames, ROOT, 8, 3), SG_NO_FRAMES);
    assert_int_equal(frames_check(&frames, ROOT, 12, 3), SG_NO_FRAMES);
    assert_int_equal(frames_check(&frames, ROOT, 13, 3), SG_OK);
}

static void test_a_dead_object_is_dead(void **state)
{
    (void)state;
    reset();
    claim(ROOT, 5, 1, SG_TYPE_ENDPOINT);
    uint32_t epoch = table[ROOT + 5].epoch;
    assert_true(frames_is_live(&frames, ROOT + 5, epoch));
    destroy(ROOT + 5);
    assert_false(frames_is_live(&frames, ROOT + 5, epoch));
    claim(ROOT, 5, 1, SG_TYPE_ENDPOINT);
    assert_false(frames_is_live(&frames, ROOT + 5, epoch));
}

static void test_freed_frames_are_dirty_until_scrubbed(void **state)
{
    (void)state;
    reset();
    claim(ROOT, 5, 3, SG_TYPE_MEMORY);
    destroy(ROOT + 5);
    assert_int_equal(frames_next_dirty(&frames, ROOT + 5, 3), ROOT + 5);
    scrub(ROOT + 5, 3);
    assert_int_equal(frames_next_dirty(&frames, ROOT + 5, 3), ROOT + 8);
}

static void test_a_worn_head_is_retired(void **state)
{
    (void)state;
    reset();
    claim(ROOT, 1, 1, SG_TYPE_UNTYPED);
    assert_int_equal(frames_grant(&frames, ROOT + 1, 3), 3);
    table[ROOT + 4].epoch = UINT32_MAX - 1;
    claim(ROOT + 1, 3, 1, SG_TYPE_ENDPOINT);
    destroy(ROOT + 4);
    assert_int_equal(table[ROOT + 4].role, FRAME_ABSENT);
    check_all();
    destroy(ROOT + 1);
    assert_int_equal(table[ROOT + 1].role, FRAME_FREE);
    assert_int_equal(table[ROOT].used, 2);
    check_all();
}

static void test_a_root_ends_absent(void **state)
{
    (void)state;
    reset();
    destroy(ROOT);
    for (uint32_t f = 0; f < COUNT; f++)
        assert_int_equal(table[f].role, FRAME_ABSENT);
}

/* Whether every frame of an untyped's range but its own is free in it. */
static bool is_unused(uint32_t untyped)
{
    return table[untyped].used == 1;
}

static void random_step(uint64_t *seed)
{
    uint32_t f = ROOT + random_below(seed, ROOT_EXTENT);
    uint32_t owner = table[f].owner;

    if (table[f].role == FRAME_FREE) {
        uint32_t count = 1 + random_below(seed, 6);

        if (random_below(seed, 4) == 0)
            claim(owner, f - owner, 1, SG_TYPE_UNTYPED);
        else if (frames_check(&frames, owner, f - owner, count) == SG_OK)
            claim(owner, f - owner, count, SG_TYPE_MEMORY);
    } else if (is_untyped(f) && owner != FRAME_NONE && random_below(seed, 2) == 0) {
        uint32_t before = table[f].extent;
        uint32_t moved = frames_grant(&frames, f, 1 + random_below(seed, 20));

        assert_int_equal(table[f].extent, before + moved);
    } else if (table[f].role == FRAME_HEAD && owner != FRAME_NONE &&
               (!is_untyped(f) || is_unused(f))) {
        destroy(f);
    }
    check_all();
}

static void test_random_operations_keep_the_invariant(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        uint64_t sequence = seed;

        reset();
        for (int step = 0; step < 1000; step++)
            random_step(&sequence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_are_checked),
        cmocka_unit_test(test_a_dead_object_is_dead),
        cmocka_unit_test(test_freed_frames_are_dirty_until_scrubbed),
        cmocka_unit_test(test_a_worn_head_is_retired),
        cmocka_unit_test(test_a_root_ends_absent),
        cmocka_unit_test(test_random_operations_keep_the_invariant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
