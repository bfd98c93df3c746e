/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/thread.h>

#include "worst.h"

#define ADDRESS UINT64_C(0x0000500000000000)
#define REGION_BYTES (UINT64_C(512) * SG_PAGE_SIZE)
#define REGIONS 16u
#define IN_FLIGHT 200u

static void map_many(struct sg_handle aspace, struct sg_handle memory)
{
    for (uint32_t i = 0; i < REGIONS; i++)
        must("map", sg_aspace_map(aspace, memory, ADDRESS + (2 * i + 1) * REGION_BYTES / 2, 0,
                                  SG_MAP_PAGES_MAX / 2, SG_MAP_READ, &(uint32_t){0}));
}

/* A memory that is mapped in many places, and an address space with many regions. */
static void mapped(void)
{
    struct sg_owned aspace = make(SG_TYPE_ASPACE, 256, 64, 0);
    struct sg_owned memory = make(SG_TYPE_MEMORY, SG_MAP_PAGES_MAX, 0, 0);

    for (uint32_t i = 0; i < REGIONS; i++)
        must("map", sg_aspace_map(aspace.handle, memory.handle, ADDRESS + i * REGION_BYTES, 0,
                                  SG_MAP_PAGES_MAX, SG_MAP_READ, &(uint32_t){0}));
    unmake(&memory);
    memory = make(SG_TYPE_MEMORY, SG_MAP_PAGES_MAX, 0, 0);
    map_many(aspace.handle, memory.handle);
    unmake(&aspace);
    unmake(&memory);
}

/* Leaves many receives in the own ring, which goes with the thread. */
static int leave_receives(void *argument)
{
    struct sg_submission entry = call_of(*(const struct sg_handle *)argument, 0);

    entry.opcode = SG_OP_RECV;
    for (uint32_t i = 0; i < IN_FLIGHT; i++)
        must("receive", sg_ring_submit(sg_own_ring(), &entry));
    must("receive", sg_ring_enter(sg_own_ring(), 0, 0));
    return 0;
}

/* A ring with many operations in flight, then an endpoint with them. */
static void in_flight(void)
{
    struct sg_owned endpoint = make(SG_TYPE_ENDPOINT, 0, 0, 0);
    const struct sg_thread_options options = {
        .ring_submissions = 256, .ring_completions = 256, .ring_pages = 8};
    struct sg_completion completion;
    struct sg_thread *thread;

    must("thread", sg_thread_create(&options, leave_receives, &endpoint.handle, &thread));
    must("join", sg_thread_join(thread, &(int){0}));
    (void)leave_receives(&endpoint.handle);
    unmake(&endpoint);
    must("take", sg_ring_enter(sg_own_ring(), IN_FLIGHT, SG_FOREVER));
    for (uint32_t i = 0; i < IN_FLIGHT; i++)
        must("take", sg_ring_next(sg_own_ring(), &completion));
}

/* An untyped with free frames, an object of many and one of one, and an untyped in it, all at once. */
static void nested(void)
{
    struct sg_handle child, object;
    const uint64_t pages[3] = {1024}, none[3] = {0};
    enum sg_status status;
    uint32_t offset;

    must("frames", sg_frames_take(sg_own_frames(), 3 * SG_GRANT_MAX + 1, &offset));
    must("split", sg_untyped_split(sg_self()->untyped, offset, &child));
    for (uint32_t i = 0; i < 3; i++)
        must("grant", sg_untyped_grant(sg_self()->untyped, child, SG_GRANT_MAX));
    do
        status = sg_untyped_create(child, SG_TYPE_MEMORY, 1, pages, &object);
    while (status == SG_AGAIN);
    must("memory", status);
    must("endpoint", sg_untyped_create(child, SG_TYPE_ENDPOINT, 2000, none, &object));
    must("split", sg_untyped_split(child, 2001, &object));
    must("grant", sg_untyped_grant(child, object, 500));
    must("reclaim", sg_destroy(child));
    must("frames", sg_frames_give(sg_own_frames(), offset, 3 * SG_GRANT_MAX + 1));
}

void worst_destruction(void)
{
    mapped();
    in_flight();
    nested();
}
