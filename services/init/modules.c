/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules.h"

#include <string.h>

#include <signet/object.h>

#define WINDOW_ADDRESS UINT64_C(0x500000000000)

bool module_find(const struct sg_bootinfo *boot, const char *name, uint32_t *index)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < boot->module_count; i++) {
        if (strncmp(boot->module[i].name, name, SG_BOOT_NAME_MAX) == 0) {
            *index = i;
            found++;
        }
    }
    return found == 1;
}

static enum sg_status map_next(const struct sg_bootinfo *boot, struct sg_handle memory,
                               uint32_t page_count, struct module_view *view)
{
    uint32_t first = view->region_count * SG_MAP_PAGES_MAX;
    uint32_t count = page_count - first < SG_MAP_PAGES_MAX ? page_count - first : SG_MAP_PAGES_MAX;
    enum sg_status status =
        sg_aspace_map(boot->aspace, memory, WINDOW_ADDRESS + (uint64_t)first * SG_PAGE_SIZE, first,
                      count, SG_MAP_READ, &view->region[view->region_count]);
    if (status == SG_OK)
        view->region_count++;
    return status;
}

enum sg_status module_open(const struct sg_bootinfo *boot, const char *name,
                           struct module_view *view)
{
    uint32_t index;
    *view = (struct module_view){.bytes = (const uint8_t *)WINDOW_ADDRESS};
    if (!module_find(boot, name, &index))
        return SG_NOT_FOUND;
    view->size_bytes = boot->module[index].size_bytes;
    uint32_t page_count =
        (uint32_t)(((uint64_t)view->size_bytes + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE);
    if (page_count > MODULE_REGIONS_MAX * SG_MAP_PAGES_MAX)
        return SG_TOO_BIG;
    while (view->region_count * SG_MAP_PAGES_MAX < page_count) {
        enum sg_status status = map_next(boot, boot->module[index].memory, page_count, view);
        if (status != SG_OK) {
            module_close(boot, view);
            return status;
        }
    }
    return SG_OK;
}

void module_close(const struct sg_bootinfo *boot, struct module_view *view)
{
    while (view->region_count > 0)
        (void)sg_aspace_unmap(boot->aspace, view->region[--view->region_count]);
}
