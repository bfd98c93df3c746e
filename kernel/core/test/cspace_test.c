/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/cspace.h"

#define COUNT 5u

static struct slot slot[COUNT];
static uint16_t order[COUNT];
static uint16_t rank[COUNT];

static const struct capability example = {
    .rights = 0xff, .badge = 7, .object = 3, .epoch = 9, .type = 11, .flags = SLOT_LEASED};

static void make(struct cspace *cspace, uint32_t slot_count)
{
    memset(slot, 0, sizeof(slot));
    memset(rank, 0, sizeof(rank));
    cspace_init(cspace, slot, order, rank, slot_count);
}

static struct sg_handle put(struct cspace *cspace)
{
    uint32_t index;

    assert_int_equal(cspace_reserve(cspace, &index), SG_OK);
    return cspace_commit(cspace, index, &example);
}

static void test_a_handle_finds_its_capability(void **state)
{
    struct cspace cspace;
    struct capability found;

    (void)state;
    make(&cspace, COUNT);
    struct sg_handle handle = put(&cspace);
    assert_int_equal(cspace_find(&cspace, handle), handle.index);
    cspace_read(&cspace, handle.index, &found);
    assert_int_equal(found.rights, example.rights);
    assert_int_equal(found.badge, example.badge);
    assert_int_equal(found.object, example.object);
    assert_int_equal(found.epoch, example.epoch);
    assert_int_equal(found.type, example.type);
    assert_int_equal(found.flags, example.flags);
}

static void test_nothing_else_is_found(void **state)
{
    struct cspace cspace;
    uint32_t reserved;

    (void)state;
    make(&cspace, COUNT);
    assert_int_equal(cspace_find(&cspace, SG_HANDLE_NONE), COUNT);
    assert_int_equal(cspace_find(&cspace, (struct sg_handle){0, 1}), COUNT);
    assert_int_equal(cspace_find(&cspace, (struct sg_handle){COUNT, 1}), COUNT);
    assert_int_equal(cspace_find(&cspace, (struct sg_handle){UINT32_MAX, 1}), COUNT);
    assert_int_equal(cspace_reserve(&cspace, &reserved), SG_OK);
    assert_int_equal(cspace_find(&cspace, (struct sg_handle){reserved, 1}), COUNT);
    cspace_rollback(&cspace, reserved);
    assert_int_equal(cspace_find(&cspace, (struct sg_handle){reserved, 1}), COUNT);
}

static void test_a_cleared_handle_stays_stale(void **state)
{
    struct cspace cspace;

    (void)state;
    make(&cspace, COUNT);
    struct sg_handle old = put(&cspace);
    cspace_clear(&cspace, old.index);
    assert_int_equal(cspace_find(&cspace, old), COUNT);
    assert_int_equal(slot[old.index].rights, 0);
    assert_int_equal(slot[old.index].object, 0);
    struct sg_handle new = put(&cspace);
    assert_int_equal(new.index, old.index);
    assert_int_equal(new.generation, old.generation + 1);
    assert_int_equal(cspace_find(&cspace, old), COUNT);
    assert_int_equal(cspace_find(&cspace, new), new.index);
}

static void test_a_full_table_refuses(void **state)
{
    struct cspace cspace;
    uint32_t index = 99;

    (void)state;
    make(&cspace, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        put(&cspace);
    assert_int_equal(cspace_reserve(&cspace, &index), SG_NO_SLOT);
    assert_int_equal(index, 99);
}

static void test_a_worn_slot_is_retired(void **state)
{
    struct cspace cspace;

    (void)state;
    make(&cspace, 1);
    slot[0].generation = UINT32_MAX - 1;
    struct sg_handle last = put(&cspace);
    assert_int_equal(last.generation, UINT32_MAX);
    cspace_clear(&cspace, 0);
    uint32_t index;
    assert_int_equal(cspace_reserve(&cspace, &index), SG_NO_SLOT);
    assert_int_equal(cspace_find(&cspace, last), 1);
}

static void test_rights_only_shrink(void **state)
{
    (void)state;
    assert_int_equal(rights_attenuate(0xf0, 0x3c), 0x30);
    assert_int_equal(rights_attenuate(0, UINT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_handle_finds_its_capability),
        cmocka_unit_test(test_nothing_else_is_found),
        cmocka_unit_test(test_a_cleared_handle_stays_stale),
        cmocka_unit_test(test_a_full_table_refuses),
        cmocka_unit_test(test_a_worn_slot_is_retired),
        cmocka_unit_test(test_rights_only_shrink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
