/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings: what may be mapped where and how, and that nothing stays mapped of what is gone. */
#include "kernel_test.h"

#include "object/aspace.h"

#define HERE UINT64_C(0x10000000)

static uint64_t aspace;

static int map_in(uint64_t space, uint64_t object, uint64_t address, uint64_t first, uint64_t count,
                  uint64_t permissions, uint64_t *region)
{
    return OBJECT(fixture.init, space, SG_ASPACE_MAP, region, object, address, first | count << 32,
                  permissions);
}

static uint64_t regions_in(uint64_t space)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, space, SG_INFO, &value, SG_INFO_COUNT), SG_OK);
    return value;
}

static uint64_t tables_free_in(uint64_t space)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, space, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    return value;
}

static void maps_and_unmaps(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 8, 0, 0);
    uint64_t first;
    uint64_t second;

    (void)state;
    aspace = fixture_create(SG_TYPE_ASPACE, 8, 4, 0);
    expect_equal(tables_free_in(aspace), 7);
    expect_equal(map_in(aspace, memory, HERE, 0, 8, SG_MAP_READ | SG_MAP_WRITE, &first), SG_OK);
    expect_equal(tables_free_in(aspace), 4);
    expect_equal(map_in(aspace, memory, HERE + 8 * PAGE_SIZE, 2, 3, SG_MAP_READ, &second), SG_OK);
    expect_equal(regions_in(aspace), 2);
    expect_equal(map_in(aspace, memory, HERE + 7 * PAGE_SIZE, 0, 1, SG_MAP_READ, NULL), SG_EXISTS);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, first), SG_OK);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, first), SG_BAD_ARGUMENT);
    expect_equal(tables_free_in(aspace), 4);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, second), SG_OK);
    expect_equal(tables_free_in(aspace), 7);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, 4), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, UINT64_MAX), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, UINT64_C(1) << 32),
                 SG_BAD_ARGUMENT);
}

static void refuses_bad_mappings(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 1024, 0, 0);
    uint64_t ring = fixture_create(SG_TYPE_RING, 4, 4, 2 | UINT64_C(0xff) << 32);

    (void)state;
    aspace = fixture_create(SG_TYPE_ASPACE, 8, 4, 0);
    const struct {
        uint64_t object, address, first, count, permissions;
        int status;
    } cases[] = {
        {memory, HERE, 0, 1, 0, SG_BAD_ARGUMENT},
        {memory, HERE, 0, 1, SG_MAP_WRITE, SG_BAD_ARGUMENT},
        {memory, HERE, 0, 1, SG_MAP_READ | SG_MAP_WRITE | SG_MAP_EXECUTE, SG_BAD_ARGUMENT},
        {memory, HERE, 0, 1, 8 | SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 0, 1, UINT64_C(1) << 32 | SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE + 1, 0, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 0, 0, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 0, SG_MAP_PAGES_MAX + 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 1024, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 1020, 5, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, UINT32_MAX, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, HERE, 1, UINT32_MAX, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, 0, 0, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, SG_USER_BASE - PAGE_SIZE, 0, 2, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, SG_USER_END, 0, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, SG_USER_END - PAGE_SIZE, 0, 2, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, UINT64_C(0xffff800000000000), 0, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {memory, UINT64_MAX - PAGE_SIZE + 1, 0, 1, SG_MAP_READ, SG_BAD_ARGUMENT},
        {ring, HERE, 0, 1, SG_MAP_READ | SG_MAP_EXECUTE, SG_DENIED},
        {ring, HERE, 0, 3, SG_MAP_READ, SG_BAD_ARGUMENT},
        {aspace, HERE, 0, 1, SG_MAP_READ, SG_BAD_TYPE},
        {0, HERE, 0, 1, SG_MAP_READ, SG_BAD_HANDLE},
    };
    for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_equal(map_in(aspace, cases[i].object, cases[i].address, cases[i].first,
                            cases[i].count, cases[i].permissions, NULL),
                     cases[i].status);
    expect_equal(regions_in(aspace), 0);
    expect_equal(tables_free_in(aspace), 7);
    expect_equal(map_in(aspace, memory, SG_USER_END - PAGE_SIZE, 1023, 1, SG_MAP_READ, NULL),
                 SG_OK);
    expect_equal(map_in(aspace, memory, SG_USER_BASE, 0, 1, SG_MAP_READ | SG_MAP_EXECUTE, NULL),
                 SG_OK);
}

/* Rights of the capability bound what may be mapped with it. */
static void permissions_come_from_rights(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 1, 0, 0);
    uint64_t ring = fixture_create(SG_TYPE_RING, 4, 4, 1);

    (void)state;
    aspace = fixture_create(SG_TYPE_ASPACE, 8, 16, 0);
    for (uint32_t rights = 0; rights < 8; rights++) {
        uint64_t copy;

        expect_equal(OBJECT(fixture.init, memory, SG_COPY, &copy, rights, 0), SG_OK);
        for (uint32_t permissions = 1; permissions < 7; permissions += 2) {
            uint64_t region;
            int expected = permissions & ~rights ? SG_DENIED : SG_OK;

            expect_equal(map_in(aspace, copy, HERE, 0, 1, permissions, &region), expected);
            if (expected == SG_OK)
                expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, region), SG_OK);
        }
    }
    uint64_t copy;
    expect_equal(OBJECT(fixture.init, ring, SG_COPY, &copy, ~SG_BIT(SG_RING_MAP), 0), SG_OK);
    expect_equal(map_in(aspace, copy, HERE, 0, 1, SG_MAP_READ, NULL), SG_DENIED);
    expect_equal(map_in(aspace, ring, HERE, 0, 1, SG_MAP_READ | SG_MAP_WRITE, NULL), SG_OK);
}

/* Tables and regions are the aspace's own; when they are used up, a mapping fails whole. */
static void runs_out_of_tables_and_regions(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 512, 0, 0);
    uint64_t region[4];

    (void)state;
    aspace = fixture_create(SG_TYPE_ASPACE, 5, 3, 0);
    expect_equal(map_in(aspace, memory, HERE, 0, 1, SG_MAP_READ, &region[0]), SG_OK);
    expect_equal(tables_free_in(aspace), 1);
    expect_equal(map_in(aspace, memory, UINT64_C(1) << 40, 0, 1, SG_MAP_READ, NULL), SG_NO_FRAMES);
    expect_equal(map_in(aspace, memory, HERE + PAGE_SIZE, 0, 512, SG_MAP_READ, &region[1]), SG_OK);
    expect_equal(tables_free_in(aspace), 0);
    expect_equal(map_in(aspace, memory, HERE + (UINT64_C(1) << 22), 0, 1, SG_MAP_READ, NULL),
                 SG_NO_FRAMES);
    expect_equal(map_in(aspace, memory, HERE + 513 * PAGE_SIZE, 0, 1, SG_MAP_READ, &region[2]),
                 SG_OK);
    expect_equal(map_in(aspace, memory, HERE + 514 * PAGE_SIZE, 0, 1, SG_MAP_READ, NULL), SG_LIMIT);
    for (uint32_t i = 0; i < 3; i++)
        expect_equal(OBJECT(fixture.init, aspace, SG_ASPACE_UNMAP, NULL, region[i]), SG_OK);
    expect_equal(tables_free_in(aspace), 4);
}

/* A memory that dies is mapped nowhere any more before its frames are used again. */
static void memory_dies_while_mapped(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 16, 0, 0);
    struct process one = fixture_process(0);
    struct process two = fixture_process(0);

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        expect_equal(
            map_in(one.aspace, memory, HERE + 16 * i * PAGE_SIZE, 0, 16, SG_MAP_READ, NULL), SG_OK);
        expect_equal(map_in(two.aspace, memory, HERE + 16 * i * PAGE_SIZE, 0, 16,
                            SG_MAP_READ | SG_MAP_WRITE, NULL),
                     SG_OK);
    }
    user_run(two.tcb);
    for (uint32_t i = 0; i < 96; i += 5)
        assert_non_null(host_user_pointer(HERE + i * PAGE_SIZE, SG_MAP_WRITE));
    /* The thread that runs in one of the spaces destroys it itself. */
    uint64_t own = fixture_give(&two, memory, SG_RIGHTS_ALL);
    user_run(two.tcb);
    for (uint32_t i = 0; i < 96; i += 5)
        assert_non_null(host_user_pointer(HERE + i * PAGE_SIZE, SG_MAP_WRITE));
    int status;
    do
        status = OBJECT(two.tcb, own, SG_DESTROY, NULL, 0);
    while (status == SG_AGAIN);
    expect_equal(status, SG_OK);
    for (uint32_t i = 0; i < 96; i++)
        assert_null(host_user_pointer(HERE + i * PAGE_SIZE, SG_MAP_READ));
    expect_equal(regions_in(one.aspace), 0);
    expect_equal(regions_in(two.aspace), 0);
}

static void ring_dies_while_mapped(void **state)
{
    struct process process = fixture_process(0);

    (void)state;
    expect_equal(map_in(process.aspace, process.ring, HERE, 0, 4, SG_MAP_READ | SG_MAP_WRITE, NULL),
                 SG_OK);
    user_run(process.tcb);
    assert_ptr_equal(host_user_pointer(HERE, SG_MAP_WRITE), process.tcb->ring->queues.indices);
    expect_equal(fixture_destroy(process.ring), SG_OK);
    expect_equal(regions_in(process.aspace), 0);
}

/* An aspace that dies with threads in it, and with regions of memories that live on. */
static void aspace_dies(void **state)
{
    uint64_t free = fixture_free();
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 4, 0, 0);
    struct process process = fixture_process(0);
    uint64_t space = fixture_create(SG_TYPE_ASPACE, 64, 100, 0);

    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        expect_equal(map_in(space, memory, HERE + 4 * i * PAGE_SIZE, 0, 4, SG_MAP_READ, NULL),
                     SG_OK);
    expect_equal(map_in(process.aspace, memory, HERE, 0, 4, SG_MAP_READ, NULL), SG_OK);
    user_run(process.tcb);
    assert_non_null(host_user_pointer(HERE, SG_MAP_READ));
    expect_equal(fixture_destroy(process.aspace), SG_OK);
    expect_equal(process.tcb->state, SG_THREAD_UNBOUND);
    expect_equal(OBJECT(fixture.init, space, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(map_in(space, memory, HERE, 0, 1, SG_MAP_READ, NULL), SG_BAD_HANDLE);
    /* The memory dies between two steps of its aspace. */
    expect_equal(fixture_destroy(memory), SG_OK);
    expect_equal(fixture_destroy(space), SG_OK);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
    expect_equal(fixture_free(), free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(maps_and_unmaps),
        KERNEL_TEST(refuses_bad_mappings),
        KERNEL_TEST(permissions_come_from_rights),
        KERNEL_TEST(runs_out_of_tables_and_regions),
        KERNEL_TEST(memory_dies_while_mapped),
        KERNEL_TEST(ring_dies_while_mapped),
        KERNEL_TEST(aspace_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
