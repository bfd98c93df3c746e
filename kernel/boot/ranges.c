/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/ranges.h"

static void delete_at(struct boot_ranges *ranges, uint32_t index)
{
    ranges->count--;
    for (uint32_t i = index; i < ranges->count; i++)
        ranges->range[i] = ranges->range[i + 1];
}

static void insert_at(struct boot_ranges *ranges, uint32_t index, struct boot_range range)
{
    if (ranges->count == BOOT_RANGES_MAX)
        return;
    for (uint32_t i = ranges->count; i > index; i--)
        ranges->range[i] = ranges->range[i - 1];
    ranges->range[index] = range;
    ranges->count++;
}

void ranges_add(struct boot_ranges *ranges, struct boot_range added)
{
    uint32_t index = 0;

    if (added.start >= added.end)
        return;
    while (index < ranges->count && ranges->range[index].end < added.start)
        index++;
    while (index < ranges->count && ranges->range[index].start <= added.end) {
        struct boot_range old = ranges->range[index];

        if (old.start < added.start)
            added.start = old.start;
        if (old.end > added.end)
            added.end = old.end;
        delete_at(ranges, index);
    }
    insert_at(ranges, index, added);
}

void ranges_remove(struct boot_ranges *ranges, struct boot_range removed)
{
    uint32_t index = 0;

    if (removed.start >= removed.end)
        return;
    while (index < ranges->count) {
        struct boot_range old = ranges->range[index];

        if (!range_overlaps(old, removed)) {
            index++;
            continue;
        }
        delete_at(ranges, index);
        if (old.start < removed.start) {
            insert_at(ranges, index, (struct boot_range){old.start, removed.start});
            index++;
        }
        if (removed.end < old.end) {
            insert_at(ranges, index, (struct boot_range){removed.end, old.end});
            index++;
        }
    }
}

void ranges_to_pages(struct boot_ranges *ranges)
{
    uint32_t index = 0;

    while (index < ranges->count) {
        struct boot_range *range = &ranges->range[index];
        uint64_t missing = (PAGE_SIZE - range->start % PAGE_SIZE) % PAGE_SIZE;

        range->end -= range->end % PAGE_SIZE;
        if (range->start >= range->end || range->end - range->start <= missing) {
            delete_at(ranges, index);
        } else {
            range->start += missing;
            index++;
        }
    }
}
