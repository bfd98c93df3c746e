/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>

#include "worst.h"

#define ADDRESS UINT64_C(0x0000500000000000)
#define TABLE_BYTES UINT64_C(0x200000) /* that one page table maps */
#define LIGHT_PAGES 32u                /* of which many may be mapped in one hold of the lock */

/* The most pages of a region, in as many page tables as they can be, none of which is there yet. */
static void largest(struct sg_handle aspace, struct sg_handle memory)
{
    uint64_t address = ADDRESS + TABLE_BYTES / 2;
    uint32_t region;

    for (uint32_t i = 0; i < 2; i++) {
        must("map",
             sg_aspace_map(aspace, memory, address, 0, SG_MAP_PAGES_MAX, SG_MAP_READ, &region));
        must("unmap", sg_aspace_unmap(aspace, region));
    }
}

/* Many regions at once, each in page tables of its own. */
static void many(struct sg_handle aspace, struct sg_handle memory)
{
    struct sg_submission entry[BATCH];
    struct sg_completion taken[BATCH];

    for (uint32_t i = 0; i < BATCH; i++) {
        entry[i] = call_of(aspace, SG_ASPACE_MAP);
        entry[i].argument[0] = sg_handle_word(memory);
        entry[i].argument[1] = ADDRESS + (2 * i + 1) * TABLE_BYTES - LIGHT_PAGES / 2 * SG_PAGE_SIZE;
        entry[i].argument[2] = (uint64_t)LIGHT_PAGES << 32;
        entry[i].argument[3] = SG_MAP_READ;
    }
    batch("map many", entry, BATCH, taken);
    for (uint32_t i = 0; i < BATCH; i++) {
        must("map many", taken[i].result);
        entry[i] = call_of(aspace, SG_ASPACE_UNMAP);
        entry[i].argument[0] = taken[i].badge;
    }
    batch("unmap many", entry, BATCH, NULL);
}

void worst_mappings(void)
{
    struct sg_owned aspace = make(SG_TYPE_ASPACE, 256, 64, 0);
    struct sg_owned memory = make(SG_TYPE_MEMORY, SG_MAP_PAGES_MAX, 0, 0);

    largest(aspace.handle, memory.handle);
    many(aspace.handle, memory.handle);
    unmake(&memory);
    unmake(&aspace);
}
