/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/memory.h"

#define ROOT_FRAMES_MIN 16u /* smaller leftovers are not worth an untyped */

static uint32_t frame_above(uint64_t address)
{
    return (uint32_t)((address + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

static uint32_t frame_below(uint64_t address)
{
    return (uint32_t)(address >> PAGE_SHIFT);
}

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

/* Puts table and main root after everything that is in use in a range, if they fit. */
static bool plan_main(const struct boot_machine *machine, const struct boot_range *range,
                      uint32_t needed, struct memory_plan *plan)
{
    uint32_t first = frame_above(end_of_use(machine, range));
    uint32_t end = frame_below(range->end);
    uint64_t table_bytes = (uint64_t)plan->frame_count * sizeof(struct frame);
    uint32_t table_count = frame_above(table_bytes);

    if (first >= end || end - first <= table_count || end - first - table_count < needed)
        return false;
    if (end - first - table_count <= plan->main.count)
        return false;
    plan->table = (struct frame_range){first, table_count};
    plan->main = (struct frame_range){first + table_count, end - first - table_count};
    return true;
}

static void add_other(struct memory_plan *plan, uint32_t first, uint32_t end)
{
    if (end < first + ROOT_FRAMES_MIN || plan->other_count == SG_BOOT_UNTYPED_MAX - 1)
        return;
    plan->other[plan->other_count++] = (struct frame_range){first, end - first};
}

/* What is left of a range around the kernel, and before the table in the main range. */
static void plan_others(const struct boot_machine *machine, const struct boot_range *range,
                        bool is_main, struct memory_plan *plan)
{
    uint32_t first = frame_above(range->start);
    uint32_t end = is_main ? plan->table.first : frame_below(range->end);
    uint32_t reserved_first = frame_below(machine->reserved.start);
    uint32_t reserved_end = frame_above(machine->reserved.end);

    if (reserved_end <= first || reserved_first >= end) {
        add_other(plan, first, end);
        return;
    }
    add_other(plan, first, reserved_first);
    add_other(plan, reserved_end, end);
}

enum sg_status boot_memory_plan(const struct boot_machine *machine, uint32_t needed,
                                struct memory_plan *plan)
{
    uint32_t main_index = machine->memory_count;

    *plan = (struct memory_plan){.frame_count = 0};
    for (uint32_t i = 0; i < machine->memory_count; i++)
        if (frame_below(machine->memory[i].end) > plan->frame_count)
            plan->frame_count = frame_below(machine->memory[i].end);
    for (uint32_t i = 0; i < machine->memory_count; i++)
        if (plan_main(machine, &machine->memory[i], needed, plan))
            main_index = i;
    if (main_index == machine->memory_count)
        return SG_NO_FRAMES;
    for (uint32_t i = 0; i < machine->memory_count; i++)
        plan_others(machine, &machine->memory[i], i == main_index, plan);
    return SG_OK;
}
