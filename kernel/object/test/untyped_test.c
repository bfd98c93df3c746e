/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory as a ledger: what creation takes, destruction gives back, whatever is nested in whatever. */
#include "kernel_test.h"

#include "object/sched.h"

/* Parameters that create one object of every type. */
static const struct creation {
    uint32_t type;
    uint64_t parameter[3];
} creations[] = {
    {SG_TYPE_CSPACE, {1, 0, 0}},
    {SG_TYPE_CSPACE, {SG_CSPACE_SLOTS_MAX, 0, 0}},
    {SG_TYPE_MEMORY, {1, 0, 0}},
    {SG_TYPE_MEMORY, {100, 0, 0}},
    {SG_TYPE_ASPACE, {SG_ASPACE_TABLES_MIN, 1, 0}},
    {SG_TYPE_ASPACE, {64, 100, 0}},
    {SG_TYPE_THREAD, {0, 0, 0}},
    {SG_TYPE_SCHED, {0, 0, 0}},
    {SG_TYPE_RING, {1, 1, 1}},
    {SG_TYPE_RING, {256, 256, 32 | UINT64_C(0xff) << 32}},
    {SG_TYPE_ENDPOINT, {0, 0, 0}},
    {SG_TYPE_NOTIFICATION, {0, 0, 0}},
};

#define CREATIONS (sizeof(creations) / sizeof(creations[0]))

static int create_at(uint64_t untyped, uint32_t offset, const struct creation *what,
                     uint64_t *handle)
{
    return OBJECT(fixture.init, untyped, SG_UNTYPED_CREATE, handle, what->type, offset,
                  what->parameter[0], what->parameter[1], what->parameter[2]);
}

static void creates_and_destroys_every_type(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < CREATIONS; i++) {
            const struct creation *what = &creations[i];
            uint32_t frames = sg_object_frames(what->type, what->parameter[0], what->parameter[1],
                                               what->parameter[2]);
            uint64_t free = fixture_free();
            uint64_t handle;
            uint64_t value;
            int status;

            do
                status = create_at(fixture.untyped, fixture.next, what, &handle);
            while (status == SG_AGAIN);
            expect_equal(status, SG_OK);
            expect_equal(fixture_free(), free - frames);
            expect_equal(OBJECT(fixture.init, handle, SG_INFO, &value, SG_INFO_TYPE), SG_OK);
            expect_equal(value, what->type);
            expect_equal(OBJECT(fixture.init, handle, SG_INFO, &value, SG_INFO_FRAMES), SG_OK);
            expect_equal(value, frames);
            expect_equal(create_at(fixture.untyped, fixture.next + frames - 1, what, NULL),
                         SG_NO_FRAMES);
            expect_equal(fixture_destroy(handle), SG_OK);
            expect_equal(fixture_free(), free);
            expect_equal(OBJECT(fixture.init, handle, SG_DESTROY, NULL, 0), SG_BAD_HANDLE);
            expect_equal(OBJECT(fixture.init, handle, SG_RELEASE, NULL, 0), SG_OK);
            walker_check_clean();
        }
    }
}

/* An object of used frames begins as if they had never been used. */
static void scrubs_frames(void **state)
{
    uint32_t offset = fixture.next;
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 4, 0, 0);
    uint32_t head = fixture_object(fixture.init, memory);

    (void)state;
    memset(arch_frame_pointer(head + 1), 0x77, 4 * PAGE_SIZE);
    expect_equal(fixture_destroy(memory), SG_OK);
    memory = fixture_create_in(fixture.untyped, offset, SG_TYPE_MEMORY, 4, 0, 0);
    for (uint32_t i = 0; i < 4 * PAGE_SIZE; i++)
        expect_equal(((uint8_t *)arch_frame_pointer(head + 1))[i], 0);
}

/* Scrubbing is done in bounded steps. */
static void scrubs_in_steps(void **state)
{
    struct creation what = {SG_TYPE_MEMORY, {3 * SG_SCRUB_MAX - 2, 0, 0}};
    uint64_t handle;

    (void)state;
    expect_equal(create_at(fixture.untyped, fixture.next, &what, &handle), SG_AGAIN);
    expect_equal(create_at(fixture.untyped, fixture.next, &what, &handle), SG_AGAIN);
    expect_equal(create_at(fixture.untyped, fixture.next, &what, &handle), SG_OK);
    expect_equal(OBJECT(fixture.init, handle, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, handle, SG_INFO, NULL, SG_INFO_TYPE), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, handle, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, handle, SG_DESTROY, NULL, 0), SG_OK);
}

static void refuses_bad_creations(void **state)
{
    static const struct {
        uint32_t type;
        uint64_t parameter[3];
        int status;
    } cases[] = {
        {SG_TYPE_NONE, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_UNTYPED, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_LEASE, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_CLIENT, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_CPU, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_IRQ_CONTROL, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_COUNT, {0, 0, 0}, SG_BAD_ARGUMENT},
        {UINT32_MAX, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_CSPACE, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_CSPACE, {SG_CSPACE_SLOTS_MAX + 1, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_CSPACE, {UINT64_MAX, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_MEMORY, {0, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_MEMORY, {SG_MEMORY_PAGES_MAX + 1, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_MEMORY, {UINT64_C(1) << 32 | 1, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_ASPACE, {SG_ASPACE_TABLES_MIN - 1, 1, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_ASPACE, {SG_ASPACE_TABLES_MAX + 1, 1, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_ASPACE, {4, 0, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_ASPACE, {4, SG_ASPACE_REGIONS_MAX + 1, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {0, 1, 1}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {3, 4, 1}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {4, 3, 1}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {4, 2, 1}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {512, 512, 64}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {1, 1, 0}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {1, 1, SG_RING_PAGES_MAX + 1}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {256, 256, 6}, SG_BAD_ARGUMENT},
        {SG_TYPE_RING, {1, 1, 1 | UINT64_C(0x100) << 32}, SG_BAD_ARGUMENT},
    };
    uint64_t free = fixture_free();

    (void)state;
    for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_CREATE, NULL, cases[i].type,
                            fixture.next, cases[i].parameter[0], cases[i].parameter[1],
                            cases[i].parameter[2]),
                     cases[i].status);
    expect_equal(fixture_free(), free);
}

static void refuses_bad_offsets(void **state)
{
    static const struct creation one = {SG_TYPE_NOTIFICATION, {0, 0, 0}};
    static const struct creation two = {SG_TYPE_MEMORY, {1, 0, 0}};
    uint32_t extent = machine.frames.table[fixture.untyped_head].extent;
    uint64_t free = fixture_free();

    (void)state;
    expect_equal(create_at(fixture.untyped, 0, &one, NULL), SG_NO_FRAMES);
    expect_equal(create_at(fixture.untyped, fixture.next - 1, &one, NULL), SG_NO_FRAMES);
    expect_equal(create_at(fixture.untyped, extent, &one, NULL), SG_BAD_ARGUMENT);
    expect_equal(create_at(fixture.untyped, extent - 1, &two, NULL), SG_BAD_ARGUMENT);
    expect_equal(create_at(fixture.untyped, UINT32_MAX, &two, NULL), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_CREATE, NULL,
                        SG_TYPE_NOTIFICATION, UINT64_C(1) << 32 | fixture.next),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_SPLIT, NULL, UINT64_C(1) << 32),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_SPLIT, NULL, 0), SG_NO_FRAMES);
    expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_SPLIT, NULL, extent),
                 SG_BAD_ARGUMENT);
    expect_equal(create_at(fixture.untyped, extent - 2, &two, NULL), SG_OK);
    expect_equal(fixture_free(), free - 2);
}

/* With no slot for its capability nothing is created. */
static void needs_a_slot(void **state)
{
    struct process process = fixture_process(0);
    uint64_t untyped = fixture_untyped(8);
    uint64_t at_process = fixture_give(&process, untyped, SG_RIGHTS_ALL);
    uint64_t value;

    (void)state;
    while (OBJECT(process.tcb, at_process, SG_COPY, NULL, SG_RIGHTS_ALL, 0) == SG_OK)
        ;
    expect_equal(OBJECT(process.tcb, at_process, SG_UNTYPED_CREATE, NULL, SG_TYPE_MEMORY, 1, 1),
                 SG_NO_SLOT);
    expect_equal(OBJECT(process.tcb, at_process, SG_UNTYPED_SPLIT, NULL, 1), SG_NO_SLOT);
    expect_equal(OBJECT(process.tcb, at_process, SG_LEASE, NULL, SG_RIGHTS_ALL, at_process, 1),
                 SG_NO_SLOT);
    expect_equal(OBJECT(process.tcb, at_process, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, 7);
}

static void splits_and_grants(void **state)
{
    uint64_t child = fixture_untyped(100);
    uint64_t grandchild;
    uint64_t value;

    (void)state;
    expect_equal(OBJECT(fixture.init, child, SG_INFO, &value, SG_INFO_FRAMES), SG_OK);
    expect_equal(value, 100);
    expect_equal(OBJECT(fixture.init, child, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, 99);
    expect_equal(OBJECT(fixture.init, child, SG_UNTYPED_SPLIT, &grandchild, 10), SG_OK);
    /* Only the owner grants, and only what is right behind the child and free. */
    expect_equal(OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_GRANT, NULL, grandchild, 1),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, child, SG_UNTYPED_GRANT, NULL, child, 1), SG_BAD_ARGUMENT);
    (void)fixture_create_in(child, 20, SG_TYPE_NOTIFICATION, 0, 0, 0);
    expect_equal(OBJECT(fixture.init, child, SG_UNTYPED_GRANT, &value, grandchild, 1000), SG_OK);
    expect_equal(value, 9);
    expect_equal(OBJECT(fixture.init, child, SG_UNTYPED_GRANT, &value, grandchild, 1000), SG_OK);
    expect_equal(value, 0);
    expect_equal(OBJECT(fixture.init, grandchild, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, 9);
    /* What was granted is no longer the parent's to use. */
    struct creation one = {SG_TYPE_NOTIFICATION, {0, 0, 0}};
    expect_equal(create_at(child, 15, &one, NULL), SG_NO_FRAMES);
    expect_equal(create_at(grandchild, 5, &one, NULL), SG_OK);
    expect_equal(OBJECT(fixture.init, child, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, 99 - 1 - 9 - 1);
}

static void reclaims_a_nest(void **state)
{
    uint64_t free = fixture_free();
    uint64_t level[5];
    uint64_t moved;

    (void)state;
    level[0] = fixture_untyped(200);
    for (uint32_t i = 1; i < 5; i++) {
        (void)fixture_create_in(level[i - 1], 1, SG_TYPE_MEMORY, 3, 0, 0);
        expect_equal(OBJECT(fixture.init, level[i - 1], SG_UNTYPED_SPLIT, &level[i], 10), SG_OK);
        expect_equal(
            OBJECT(fixture.init, level[i - 1], SG_UNTYPED_GRANT, &moved, level[i], 200 - 30 * i),
            SG_OK);
        expect_equal(moved, 200 - 30 * i);
        (void)fixture_create_in(level[i], 5, SG_TYPE_ENDPOINT, 0, 0, 0);
    }
    /* The innermost first, then all at once. */
    expect_equal(fixture_destroy(level[4]), SG_OK);
    expect_equal(OBJECT(fixture.init, level[3], SG_UNTYPED_SPLIT, &level[4], 10), SG_OK);
    expect_equal(fixture_destroy(level[0]), SG_OK);
    expect_equal(fixture_free(), free);
    for (uint32_t i = 0; i < 5; i++)
        expect_equal(OBJECT(fixture.init, level[i], SG_INFO, NULL, SG_INFO_FREE), SG_BAD_HANDLE);
    walker_check_clean();
}

/* While an untyped dies, nobody creates in it or below it where the reclaim has been. */
static void dies_in_steps(void **state)
{
    struct creation one = {SG_TYPE_NOTIFICATION, {0, 0, 0}};
    uint64_t free = fixture_free();
    uint64_t outer = fixture_untyped(500);
    uint64_t inner;
    uint64_t moved;

    (void)state;
    expect_equal(OBJECT(fixture.init, outer, SG_UNTYPED_SPLIT, &inner, 1), SG_OK);
    expect_equal(OBJECT(fixture.init, outer, SG_UNTYPED_GRANT, &moved, inner, 400), SG_OK);
    expect_equal(OBJECT(fixture.init, outer, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(create_at(outer, 450, &one, NULL), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, outer, SG_UNTYPED_GRANT, NULL, inner, 1), SG_BAD_HANDLE);
    expect_equal(create_at(inner, 5, &one, NULL), SG_BAD_HANDLE);
    /* Either handle goes on with its own. */
    expect_equal(fixture_destroy(inner), SG_OK);
    expect_equal(fixture_destroy(outer), SG_OK);
    expect_equal(fixture_free(), free);
}

/* Processes are destroyed with everything they are made of. */
static void reclaims_running_processes(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 3; round++) {
        uint64_t free = fixture_free();
        uint32_t next = fixture.next;
        struct process one = fixture_process(0);
        struct process two = fixture_process(0);

        user_run(one.tcb);
        user_run(two.tcb);
        expect_equal(fixture_destroy(one.untyped), SG_OK);
        expect_equal(fixture_destroy(two.untyped), SG_OK);
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

/* A frame whose epochs are used up is never an object again; its untyped is still reclaimed. */
static void retires_frames(void **state)
{
    uint64_t free = fixture_free();
    uint64_t child = fixture_untyped(20);
    uint32_t head = fixture_object(fixture.init, child);
    struct creation one = {SG_TYPE_NOTIFICATION, {0, 0, 0}};
    uint64_t handle;
    uint64_t value;

    (void)state;
    machine.frames.table[head + 7].epoch = UINT32_MAX - 1;
    expect_equal(create_at(child, 7, &one, &handle), SG_OK);
    expect_equal(fixture_destroy(handle), SG_OK);
    expect_equal(create_at(child, 7, &one, NULL), SG_NO_FRAMES);
    expect_equal(OBJECT(fixture.init, child, SG_INFO, &value, SG_INFO_FREE), SG_OK);
    expect_equal(value, 18);
    expect_equal(fixture_destroy(child), SG_OK);
    expect_equal(fixture_free(), free - 1);
}

/* An untyped that is destroyed by a thread inside of it: the thread stops, its parent goes on. */
static void destroys_itself(void **state)
{
    uint64_t free = fixture_free();
    struct process process = fixture_process(0);
    uint64_t own = fixture_give(&process, process.untyped, SG_RIGHTS_ALL);
    int status;

    (void)state;
    do
        status = OBJECT(process.tcb, own, SG_DESTROY, NULL, 0);
    while (status == SG_AGAIN && process.tcb->state == SG_THREAD_READY);
    expect_equal(process.tcb->state, SG_THREAD_STOPPED);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
    expect_equal(fixture_free(), free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(creates_and_destroys_every_type),
        KERNEL_TEST(scrubs_frames),
        KERNEL_TEST(scrubs_in_steps),
        KERNEL_TEST(refuses_bad_creations),
        KERNEL_TEST(refuses_bad_offsets),
        KERNEL_TEST(needs_a_slot),
        KERNEL_TEST(splits_and_grants),
        KERNEL_TEST(reclaims_a_nest),
        KERNEL_TEST(dies_in_steps),
        KERNEL_TEST(reclaims_running_processes),
        KERNEL_TEST(retires_frames),
        KERNEL_TEST(destroys_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
