/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions of the own address space, and its page tables. Seen to fail: tables that are not given back
   when nothing is mapped by them any more. */
#include "accounts.h"
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#include <signet/startup.h>

#define REGIONS_MAX SG_ASPACE_REGIONS_MAX

static uint32_t region[REGIONS_MAX];

/* Maps one page again and again, so far apart, above all that the library maps. */
static uint32_t map_until(struct sg_handle memory, uint64_t step, enum sg_status *status)
{
    uint64_t address = sg_startup_block()->map_end;
    uint32_t count = 0;

    *status = SG_OK;
    for (; count < REGIONS_MAX; count++, address += step) {
        *status = sg_aspace_map(sg_self()->aspace, memory, address, 0, 1,
                                SG_MAP_READ | SG_MAP_WRITE, &region[count]);
        if (*status != SG_OK)
            break;
    }
    return count;
}

static uint64_t unmap_all(uint32_t count)
{
    uint64_t failed = 0;

    for (uint32_t i = 0; i < count; i++)
        failed += sg_aspace_unmap(sg_self()->aspace, region[i]) != SG_OK;
    return failed;
}

/* All are the same page. */
static uint64_t pages_that_differ(uint64_t step, uint32_t count)
{
    uint8_t *first = (uint8_t *)(uintptr_t)sg_startup_block()->map_end;
    uint64_t differ = 0;

    *first = 0x3c;
    for (uint32_t i = 0; i < count; i++)
        differ += first[i * step] != 0x3c;
    return differ;
}

void fill_regions(void)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    uint64_t used = account_of(sg_self()->aspace, SG_INFO_COUNT);
    enum sg_status status;
    uint32_t count = map_until(memory.handle, SG_PAGE_SIZE, &status);

    report_status("regions/full", SG_LIMIT, status);
    report_count("regions/mapped", account_of(sg_self()->aspace, SG_INFO_COUNT) - used, count);
    report_none("regions/pages that differ", pages_that_differ(SG_PAGE_SIZE, count), count);
    aftermath_held("regions/full");
    report_none("regions/not unmapped", unmap_all(count), count);
    (void)sg_owned_destroy(&memory);
}

void fill_tables(void)
{
    const uint64_t step = UINT64_C(1) << 30; /* two tables each */
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    enum sg_status status;
    uint32_t count = map_until(memory.handle, step, &status);

    report_status("tables/full", SG_NO_FRAMES, status);
    report_equal("tables/at most one is left", 1, account_of(sg_self()->aspace, SG_INFO_FREE) <= 1);
    report_none("tables/pages that differ", pages_that_differ(step, count), count);
    aftermath_held("tables/full");
    report_none("tables/not unmapped", unmap_all(count), count);
    (void)sg_owned_destroy(&memory);
}
