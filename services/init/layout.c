/* SPDX-License-Identifier: BSD-2-Clause */
#include "layout.h"

#include "signet/startup.h"

#define GAP UINT64_C(0x10000)             /* unmapped between neighbours */
#define MAP_STEP UINT64_C(0x200000)       /* one page table covers this much */
#define MAP_SIZE UINT64_C(0x100000000000) /* 16 TiB */

static uint64_t align_up(uint64_t address, uint64_t step)
{
    return (address + step - 1) / step * step;
}

void layout_process(uint64_t program_end, const struct manifest_shape *shape, struct layout *layout)
{
    layout->startup = align_up(program_end, GAP) + GAP;
    layout->record = align_up(layout->startup + SG_STARTUP_PAGES * SG_PAGE_SIZE, GAP) + GAP;
    layout->ring = align_up(layout->record + SG_RECORD_PAGES * SG_PAGE_SIZE, GAP) + GAP;
    layout->stack = align_up(layout->ring + (uint64_t)shape->ring_pages * SG_PAGE_SIZE, GAP) + GAP;
    layout->stack_top = layout->stack + (uint64_t)shape->stack_kib * 1024;
    layout->map_base = align_up(layout->stack_top + GAP, MAP_STEP);
    layout->map_end = layout->map_base + MAP_SIZE;
}
