/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "elf/layout.h"
#include "signet/elf.h"
#include "signet/object.h"

static uint32_t permissions(const struct elf64_segment *segment)
{
    return SG_MAP_READ | (segment->writable ? SG_MAP_WRITE : 0u) |
           (segment->executable ? SG_MAP_EXECUTE : 0u);
}

/* Fills fresh, zeroed memory with the segment's bytes. */
static enum sg_status fill(const struct sg_elf_program *program,
                           const struct elf64_segment *segment, struct sg_handle memory)
{
    uint64_t start = segment->address;
    uint64_t end = segment->address + segment->file_size;
    uint64_t base = segment_first_page(segment) * SG_PAGE_SIZE;

    for (uint64_t low = base; low < end; low += SG_MAP_PAGES_MAX * SG_PAGE_SIZE) {
        uint64_t high = low + SG_MAP_PAGES_MAX * SG_PAGE_SIZE;
        uint64_t from = low < start ? start : low;
        uint64_t to = high < end ? high : end;
        uint64_t pages = (to - low + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE;
        void *window;
        enum sg_status status = sg_map(memory, (uint32_t)((low - base) / SG_PAGE_SIZE),
                                       (uint32_t)pages, SG_MAP_READ | SG_MAP_WRITE, &window);
        if (status != SG_OK)
            return status;
        memcpy((uint8_t *)window + (from - low), program->file + segment->offset + (from - start),
               to - from);
        status = sg_unmap(window);
        if (status != SG_OK)
            return status;
    }
    return SG_OK;
}

static enum sg_status map_into(struct sg_handle aspace, const struct elf64_segment *segment,
                               struct sg_handle memory)
{
    uint64_t left = segment_page_count(segment);
    uint64_t address = segment_first_page(segment) * SG_PAGE_SIZE;
    uint32_t page = 0;

    while (left != 0) {
        uint32_t step = left < SG_MAP_PAGES_MAX ? (uint32_t)left : SG_MAP_PAGES_MAX;
        uint32_t region;
        enum sg_status status =
            sg_aspace_map(aspace, memory, address, page, step, permissions(segment), &region);
        if (status != SG_OK)
            return status;
        left -= step;
        page += step;
        address += (uint64_t)step * SG_PAGE_SIZE;
    }
    return SG_OK;
}

static enum sg_status load_segment(const struct sg_elf_program *program,
                                   const struct elf64_segment *segment, struct sg_frames *frames,
                                   struct sg_handle aspace)
{
    uint64_t pages = segment_page_count(segment);
    struct sg_handle memory;
    uint32_t offset;

    if (pages > SG_MEMORY_PAGES_MAX)
        return SG_LIMIT;
    enum sg_status status = sg_memory_create(frames, (uint32_t)pages, &memory, &offset);
    if (status != SG_OK)
        return status;
    status = fill(program, segment, memory);
    if (status == SG_OK)
        status = map_into(aspace, segment, memory);
    if (status != SG_OK) {
        (void)sg_object_destroy(frames, memory, offset,
                                sg_object_frames(SG_TYPE_MEMORY, pages, 0, 0));
        return status;
    }
    /* The mapping keeps it, and the process's untyped takes it back. */
    return sg_release(memory);
}

enum sg_status sg_elf_load(const struct sg_elf_program *program, struct sg_frames *frames,
                           struct sg_handle aspace)
{
    for (uint32_t i = 0; i < program->image.segment_count; i++) {
        enum sg_status status = load_segment(program, &program->image.segment[i], frames, aspace);
        if (status != SG_OK)
            return status;
    }
    return SG_OK;
}
