/* SPDX-License-Identifier: BSD-2-Clause */
/* This process's own mappings, in ascending order of address. */
#include <stddef.h>
#include <string.h>

#include "memory/regions.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "start/process.h"

#define MAPPINGS_MAX 128u
#define REGION_GONE UINT32_MAX /* its memory was destroyed, and the region's number used again */

struct mapping {
    uint64_t address;
    uint32_t page_count;
    uint32_t region;
    struct sg_handle memory; /* of sg_map_new, else none */
    uint32_t frame_offset;
};

static struct mapping mappings[MAPPINGS_MAX];
static uint32_t mapping_count;

static uint64_t mapping_end(const struct mapping *mapping)
{
    return mapping->address + (uint64_t)mapping->page_count * SG_PAGE_SIZE;
}

/* Whoever destroys a memory unmaps it, here too, and nobody tells. The kernel gives the region's
   number to another mapping then, which must not be unmapped in the name of the first. */
void regions_claim(uint32_t region)
{
    for (uint32_t i = 0; i < mapping_count; i++) {
        if (mappings[i].region == region)
            mappings[i].region = REGION_GONE;
    }
}

/* Lowest gap that holds the pages and one unmapped page after them. */
static enum sg_status find_gap(uint32_t page_count, uint32_t *index, uint64_t *address)
{
    uint64_t bytes = ((uint64_t)page_count + 1) * SG_PAGE_SIZE;
    uint64_t low = process_range()->map_base;

    for (uint32_t i = 0; i <= mapping_count; i++) {
        uint64_t high = i < mapping_count ? mappings[i].address : process_range()->map_end;
        if (high > low && high - low >= bytes) {
            *index = i;
            *address = low;
            return SG_OK;
        }
        low = i < mapping_count ? mapping_end(&mappings[i]) + SG_PAGE_SIZE : low;
    }
    return SG_LIMIT;
}

static void insert(uint32_t index, struct mapping mapping)
{
    memmove(&mappings[index + 1], &mappings[index], (mapping_count - index) * sizeof mappings[0]);
    mappings[index] = mapping;
    mapping_count++;
}

static enum sg_status map(struct mapping mapping, struct sg_handle memory, uint32_t first_page,
                          uint32_t permissions, void **address)
{
    uint32_t index;

    if (mapping_count == MAPPINGS_MAX)
        return SG_LIMIT;
    enum sg_status status = find_gap(mapping.page_count, &index, &mapping.address);
    if (status == SG_OK)
        status = sg_aspace_map(sg_self()->aspace, memory, mapping.address, first_page,
                               mapping.page_count, permissions, &mapping.region);
    if (status != SG_OK)
        return status;
    regions_claim(mapping.region);
    insert(index, mapping);
    *address = (void *)(uintptr_t)mapping.address;
    return SG_OK;
}

enum sg_status sg_map(struct sg_handle memory, uint32_t first_page, uint32_t page_count,
                      uint32_t permissions, void **address)
{
    struct mapping mapping = {.page_count = page_count};

    return map(mapping, memory, first_page, permissions, address);
}

enum sg_status sg_map_new(uint32_t page_count, uint32_t permissions, void **address)
{
    struct mapping mapping = {.page_count = page_count};
    struct sg_frames *frames = sg_own_frames();
    enum sg_status status =
        sg_memory_create(frames, page_count, &mapping.memory, &mapping.frame_offset);

    if (status != SG_OK)
        return status;
    status = map(mapping, mapping.memory, 0, permissions, address);
    if (status != SG_OK)
        (void)sg_object_destroy(frames, mapping.memory, mapping.frame_offset,
                                sg_object_frames(SG_TYPE_MEMORY, page_count, 0, 0));
    return status;
}

enum sg_status sg_unmap(void *address)
{
    uint32_t index = 0;

    while (index < mapping_count && mappings[index].address != (uintptr_t)address)
        index++;
    if (index == mapping_count)
        return SG_BAD_ARGUMENT;
    struct mapping mapping = mappings[index];
    enum sg_status status = SG_OK;
    if (mapping.region != REGION_GONE)
        status = sg_aspace_unmap(sg_self()->aspace, mapping.region);
    if (status != SG_OK && status != SG_BAD_ARGUMENT) /* that: gone, its number not used again */
        return status;
    mapping_count--;
    memmove(&mappings[index], &mappings[index + 1], (mapping_count - index) * sizeof mappings[0]);
    if (sg_handle_is_none(mapping.memory))
        return SG_OK;
    return sg_object_destroy(sg_own_frames(), mapping.memory, mapping.frame_offset,
                             sg_object_frames(SG_TYPE_MEMORY, mapping.page_count, 0, 0));
}
