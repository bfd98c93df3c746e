/* SPDX-License-Identifier: BSD-2-Clause */
/* sbrk: the heap grows by memory objects mapped one after the other, each a good part of what there
   is already, so that their number stays small. It never shrinks; the untyped takes all back. */
#define _DEFAULT_SOURCE /* sbrk */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "memory/lock.h"
#include "memory/regions.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "start/process.h"

#define GROWTH_PAGES_MIN 4u
#define GROWTH_SHARE 4u

static uint64_t used_end;   /* what malloc was given */
static uint64_t mapped_end; /* what is mapped */

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static enum sg_status map_pages(uint32_t page_count)
{
    struct sg_frames *frames = sg_own_frames();
    uint32_t frame_count = sg_object_frames(SG_TYPE_MEMORY, page_count, 0, 0);
    struct sg_handle memory;
    uint32_t offset, region;
    enum sg_status status = sg_memory_create(frames, page_count, &memory, &offset);

    if (status != SG_OK)
        return status;
    memory_lock();
    status = sg_aspace_map(sg_self()->aspace, memory, mapped_end, 0, page_count,
                           SG_MAP_READ | SG_MAP_WRITE, &region);
    if (status == SG_OK)
        regions_claim(region);
    memory_unlock();
    if (status != SG_OK) {
        (void)sg_object_destroy(frames, memory, offset, frame_count);
        return status;
    }
    mapped_end += (uint64_t)page_count * SG_PAGE_SIZE;
    /* The mapping keeps it; nobody needs to name it again. */
    (void)sg_release(memory);
    return SG_OK;
}

/* Maps at least `bytes` more, ahead of need when there is room. */
static enum sg_status grow(uint64_t bytes)
{
    if (bytes > process_range()->heap_end - mapped_end)
        return SG_NO_FRAMES;
    uint64_t needed = (bytes + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE;
    uint64_t ahead = (mapped_end - process_range()->heap_base) / SG_PAGE_SIZE / GROWTH_SHARE;
    while (needed != 0) {
        uint32_t least = needed < SG_MAP_PAGES_MAX ? (uint32_t)needed : SG_MAP_PAGES_MAX;
        uint32_t wish = ahead < SG_MAP_PAGES_MAX ? (uint32_t)ahead : SG_MAP_PAGES_MAX;
        wish = larger(larger(wish, GROWTH_PAGES_MIN), least);
        if (wish > (process_range()->heap_end - mapped_end) / SG_PAGE_SIZE)
            wish = least;
        uint64_t before = mapped_end;
        enum sg_status status = map_pages(wish);
        while (status == SG_NO_FRAMES && wish > least) {
            wish = larger(wish / 2, least);
            status = map_pages(wish);
        }
        if (status != SG_OK)
            return status;
        uint64_t pages = (mapped_end - before) / SG_PAGE_SIZE;
        needed -= pages < needed ? pages : needed;
    }
    return SG_OK;
}

void *sbrk(ptrdiff_t increment)
{
    if (used_end == 0)
        used_end = mapped_end = process_range()->heap_base;
    uint64_t before = used_end;
    if (increment < 0 && (uint64_t)-increment > used_end - process_range()->heap_base) {
        errno = EINVAL;
        return (void *)-1;
    }
    if (increment > 0 && (uint64_t)increment > mapped_end - used_end &&
        grow((uint64_t)increment - (mapped_end - used_end)) != SG_OK) {
        errno = ENOMEM;
        return (void *)-1;
    }
    used_end += (uint64_t)increment;
    return (void *)(uintptr_t)before;
}
