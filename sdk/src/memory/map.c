/* SPDX-License-Identifier: BSD-2-Clause */
/* This process's own mappings, in ascending order of address. */
#include <stddef.h>
#include <string.h>

#include "memory/lock.h"
#include "memory/regions.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "start/process.h"

#define MAPPINGS_MAX 128u
#define REGION_GONE UINT32_MAX /* its memory was destroyed, and the region's number used again */
#define GUARD_BYTES (SG_MAP_GUARD_PAGES * SG_PAGE_SIZE)

struct mapping {
    uint64_t address;
    uint32_t page_count;
    uint32_t region;
    struct sg_owned memory; /* of sg_map_new, else none */
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

/* Lowest gap that holds the pages between two guards. */
static enum sg_status find_gap(uint32_t page_count, uint32_t *index, uint64_t *address)
{
    uint64_t bytes = (uint64_t)page_count * SG_PAGE_SIZE + 2 * GUARD_BYTES;
    uint64_t low = process_range()->map_base;

    for (uint32_t i = 0; i <= mapping_count; i++) {
        uint64_t high = i < mapping_count ? mappings[i].address : process_range()->map_end;
        if (high > low && high - low >= bytes) {
            *index = i;
            *address = low + GUARD_BYTES;
            return SG_OK;
        }
        low = i < mapping_count ? mapping_end(&mappings[i]) : low;
    }
    return SG_LIMIT;
}

static void insert(uint32_t index, struct mapping mapping)
{
    memmove(&mappings[index + 1], &mappings[index], (mapping_count - index) * sizeof mappings[0]);
    mappings[index] = mapping;
    mapping_count++;
}

static void remove_at(uint32_t index)
{
    mapping_count--;
    memmove(&mappings[index], &mappings[index + 1], (mapping_count - index) * sizeof mappings[0]);
}

static enum sg_status map_locked(struct mapping *mapping, struct sg_handle memory,
                                 uint32_t first_page, uint32_t permissions)
{
    uint32_t index;

    if (mapping_count == MAPPINGS_MAX)
        return SG_LIMIT;
    enum sg_status status = find_gap(mapping->page_count, &index, &mapping->address);
    if (status == SG_OK)
        status = sg_aspace_map(sg_self()->aspace, memory, mapping->address, first_page,
                               mapping->page_count, permissions, &mapping->region);
    if (status != SG_OK)
        return status;
    regions_claim(mapping->region);
    insert(index, *mapping);
    return SG_OK;
}

static enum sg_status map(struct mapping mapping, struct sg_handle memory, uint32_t first_page,
                          uint32_t permissions, void **address)
{
    memory_lock();
    enum sg_status status = map_locked(&mapping, memory, first_page, permissions);
    memory_unlock();
    if (status == SG_OK)
        *address = (void *)(uintptr_t)mapping.address;
    return status;
}

enum sg_status sg_map(struct sg_handle memory, uint32_t first_page, uint32_t page_count,
                      uint32_t permissions, void **address)
{
    struct mapping mapping = {.page_count = page_count};

    return map(mapping, memory, first_page, permissions, address);
}

enum sg_status sg_map_new(uint32_t page_count, uint32_t permissions, void **address)
{
    const uint64_t parameter[3] = {page_count, 0, 0};
    struct mapping mapping = {.page_count = page_count};
    enum sg_status status = SG_BAD_ARGUMENT;

    if (page_count != 0 && page_count <= SG_MAP_PAGES_MAX)
        status = sg_owned_create(SG_TYPE_MEMORY, parameter, &mapping.memory);
    if (status != SG_OK)
        return status;
    status = map(mapping, mapping.memory.handle, 0, permissions, address);
    if (status != SG_OK)
        (void)sg_owned_destroy(&mapping.memory);
    return status;
}

/* Takes the mapping out of the list; what sg_map_new made for it comes back in *memory. */
static enum sg_status unmap_locked(uint64_t address, struct sg_owned *memory)
{
    uint32_t index = 0;

    while (index < mapping_count && mappings[index].address != address)
        index++;
    if (index == mapping_count)
        return SG_BAD_ARGUMENT;
    enum sg_status status = SG_OK;
    if (mappings[index].region != REGION_GONE)
        status = sg_aspace_unmap(sg_self()->aspace, mappings[index].region);
    if (status != SG_OK && status != SG_BAD_ARGUMENT) /* that: gone, its number not used again */
        return status;
    *memory = mappings[index].memory;
    remove_at(index);
    return SG_OK;
}

enum sg_status sg_unmap(void *address)
{
    struct sg_owned memory;

    memory_lock();
    enum sg_status status = unmap_locked((uintptr_t)address, &memory);
    memory_unlock();
    return status == SG_OK ? sg_owned_destroy(&memory) : status;
}
