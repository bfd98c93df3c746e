/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/memory.h"

#include "boot/ranges.h"

#define ROOT_FRAMES_MIN 16u /* smaller leftovers are not worth an untyped */

/* The last byte in a range that something at boot still needs, or the range's start. */
static uint64_t end_of_use(const struct boot_machine *machine, const struct boot_range *range)
{
    uint64_t end = range->start;

    if (machine->reserved.end > end && machine->reserved.start < range->end)
        end = machine->reserved.end;
    for (uint32_t i = 0; i < machine->module_count; i++) {
        const struct boot_range *bytes = &machine->module[i].bytes;

        if (bytes->end > end && bytes->start < range->end)
            end = bytes->end;
    }
    return end;
}

/* Puts table and main root after everything that is in use in a range, if they fit and the root is
   larger than so far. */
static void plan_main(const struct boot_machine *machine, const struct boot_range *range,
                      uint32_t needed, struct memory_plan *plan)
{
    uint32_t first = (uint32_t)frame_above(end_of_use(machine, range));
    uint32_t table_count = (uint32_t)frame_above(plan->frame_count * sizeof(struct frame));
    uint64_t main = (uint64_t)first + table_count;
    uint32_t end = frame_below(range->end);

    if (main >= end || end - main < needed || end - main <= plan->main.count)
        return;
    plan->table = (struct frame_range){first, table_count};
    plan->main = (struct frame_range){(uint32_t)main, (uint32_t)(end - main)};
}

/* What is left of a range around the kernel, the table and the main root. */
static void plan_others(const struct boot_machine *machine, const struct boot_range *range,
                        struct memory_plan *plan)
{
    uint64_t main_end = plan->main.first + plan->main.count;
    struct boot_range taken = {(uint64_t)plan->table.first << PAGE_SHIFT, main_end << PAGE_SHIFT};
    struct boot_ranges left = {.range = {*range}, .count = 1};

    ranges_remove(&left, machine->reserved);
    ranges_remove(&left, taken);
    ranges_to_pages(&left);
    for (uint32_t i = 0; i < left.count && plan->other_count < SG_BOOT_UNTYPED_MAX - 1; i++) {
        uint32_t first = frame_below(left.range[i].start);
        uint32_t count = frame_below(left.range[i].end) - first;

        if (count >= ROOT_FRAMES_MIN)
            plan->other[plan->other_count++] = (struct frame_range){first, count};
    }
}

enum sg_status boot_memory_plan(const struct boot_machine *machine, uint32_t needed,
                                struct memory_plan *plan)
{
    *plan = (struct memory_plan){.frame_count = 0};
    for (uint32_t i = 0; i < machine->memory_count; i++)
        if (frame_below(machine->memory[i].end) > plan->frame_count)
            plan->frame_count = frame_below(machine->memory[i].end);
    for (uint32_t i = 0; i < machine->memory_count; i++)
        plan_main(machine, &machine->memory[i], needed, plan);
    if (plan->main.count == 0)
        return SG_NO_FRAMES;
    for (uint32_t i = 0; i < machine->memory_count; i++)
        plan_others(machine, &machine->memory[i], plan);
    return SG_OK;
}
