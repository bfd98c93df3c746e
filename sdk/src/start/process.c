/* SPDX-License-Identifier: BSD-2-Clause */
#include "start/process.h"

#include <stddef.h>
#include <string.h>

#include "abi/boot.h"
#include "signet/object.h"
#include "thread/record.h"

/* The first process chooses its own addresses: far from its program and from its ring. */
#define FIRST_MAP_BASE UINT64_C(0x100000000000)
#define FIRST_MAP_END UINT64_C(0x200000000000)
#define HEAP_SHARE 4u /* one part of this many of the address range is for the heap */

static const struct sg_startup *startup;
static const struct sg_bootinfo *bootinfo;
static struct sg_process self;
static struct sg_frames frames;
static struct sg_ring ring;
static _Thread_local struct sg_ring *own_ring = &ring;
static struct process_range range;

const struct sg_process *sg_self(void)
{
    return &self;
}

const struct sg_startup *sg_startup_block(void)
{
    return startup;
}

const struct sg_bootinfo *sg_bootinfo(void)
{
    return bootinfo;
}

struct sg_frames *sg_own_frames(void)
{
    return &frames;
}

struct sg_ring *sg_own_ring(void)
{
    return own_ring;
}

void process_set_ring(struct sg_ring *of_thread)
{
    own_ring = of_thread;
}

struct sg_handle process_fault_client(void)
{
    return startup != NULL ? startup->fault : SG_HANDLE_NONE;
}

const struct process_range *process_range(void)
{
    return &range;
}

static void set_range(uint64_t base, uint64_t end)
{
    uint64_t heap_end = base + (end - base) / HEAP_SHARE / SG_PAGE_SIZE * SG_PAGE_SIZE;

    range = (struct process_range){
        .heap_base = base, .heap_end = heap_end, .map_base = heap_end, .map_end = end};
}

static struct sg_handle find_clock(void)
{
    for (uint32_t i = 0; i < startup->capability_count; i++) {
        const struct sg_startup_capability *entry = &startup->capability[i];
        if (entry->type == SG_TYPE_CPU && entry->rights & SG_BIT(SG_CPU_NOW))
            return entry->handle;
    }
    return SG_HANDLE_NONE;
}

static int begin_process(const struct sg_startup *block)
{
    struct sg_ring_geometry geometry = {block->ring_submissions, block->ring_completions,
                                        block->ring_pages};

    if (block->abi_major != SG_ABI_MAJOR)
        return PROCESS_EXIT_BAD_ABI;
    startup = block;
    self = (struct sg_process){.name = block->name,
                               .number = block->process_number,
                               .cspace = block->cspace,
                               .aspace = block->aspace,
                               .thread = block->thread,
                               .ring = block->ring,
                               .untyped = block->untyped,
                               .sched = block->sched,
                               .cpu = find_clock()};
    sg_frames_init(&frames, block->untyped, block->frame_count, block->frame_first);
    set_range(block->map_base, block->map_end);
    record_set(0, "main", block->stack_low, block->stack_high);
    if (sg_ring_init(&ring, (void *)(uintptr_t)block->ring_address, geometry) != SG_OK)
        return PROCESS_EXIT_BAD_RING;
    return 0;
}

/* The range with the most frames left; the others are for whoever reads bootinfo. */
static const struct sg_boot_untyped *largest_untyped(const struct sg_bootinfo *block)
{
    const struct sg_boot_untyped *largest = &block->untyped[0];

    for (uint32_t i = 1; i < block->untyped_count; i++) {
        const struct sg_boot_untyped *other = &block->untyped[i];
        if (other->frame_count - other->frame_used > largest->frame_count - largest->frame_used)
            largest = other;
    }
    return largest;
}

static int begin_first_process(const struct sg_bootinfo *block)
{
    const struct sg_boot_untyped *untyped = largest_untyped(block);
    struct sg_ring_geometry geometry = {block->ring_submissions, block->ring_completions,
                                        block->ring_pages};

    if (block->abi_major != SG_ABI_MAJOR)
        return PROCESS_EXIT_BAD_ABI;
    bootinfo = block;
    self = (struct sg_process){.name = "init",
                               .cspace = block->cspace,
                               .aspace = block->aspace,
                               .thread = block->thread,
                               .ring = block->ring,
                               .untyped = untyped->handle,
                               .sched = block->sched,
                               .cpu = block->cpu[0]};
    sg_frames_init(&frames, untyped->handle, untyped->frame_count, untyped->frame_used);
    set_range(FIRST_MAP_BASE, FIRST_MAP_END);
    if (sg_ring_init(&ring, (void *)(uintptr_t)block->ring_address, geometry) != SG_OK)
        return PROCESS_EXIT_BAD_RING;
    return 0;
}

int process_begin(const void *block)
{
    uint32_t magic;

    if (block == NULL)
        return PROCESS_EXIT_BAD_BLOCK;
    memcpy(&magic, block, sizeof magic);
    if (magic == SG_STARTUP_MAGIC)
        return begin_process(block);
    if (magic == SG_BOOTINFO_MAGIC)
        return begin_first_process(block);
    return PROCESS_EXIT_BAD_BLOCK;
}
