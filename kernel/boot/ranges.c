/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/ranges.h"

/*@ requires \valid(ranges) && index < ranges->count <= BOOT_RANGES_MAX;
    requires \forall integer i; 0 <= i < ranges->count && i != index ==>
      ranges->range[i].start < ranges->range[i].end;
    assigns ranges->count, ranges->range[0 .. BOOT_RANGES_MAX - 1];
    ensures ranges_ok(ranges) && ranges->count == \old(ranges->count) - 1;
    ensures kept: \forall integer i; 0 <= i < index ==>
      ranges->range[i].start == \old(ranges->range[i].start) &&
      ranges->range[i].end == \old(ranges->range[i].end);
*/
static void delete_at(struct boot_ranges *ranges, uint32_t index)
{
    ranges->count--;
    /*@ loop invariant index <= i <= ranges->count;
        loop invariant \forall integer k; 0 <= k <= ranges->count && k != i ==>
          ranges->range[k].start < ranges->range[k].end;
        loop invariant \forall integer k; 0 <= k < index ==>
          ranges->range[k].start == \at(ranges->range[k].start, Pre) &&
          ranges->range[k].end == \at(ranges->range[k].end, Pre);
        loop assigns i, ranges->range[0 .. BOOT_RANGES_MAX - 1];
        loop variant ranges->count - i;
    */
    for (uint32_t i = index; i < ranges->count; i++)
        ranges->range[i] = ranges->range[i + 1];
}

/*@ requires \valid(ranges) && ranges_ok(ranges) && index <= ranges->count;
    requires range.start < range.end;
    assigns ranges->count, ranges->range[0 .. BOOT_RANGES_MAX - 1];
    ensures ranges_ok(ranges);
    ensures full: \old(ranges->count) == BOOT_RANGES_MAX ==> ranges->count == \old(ranges->count);
    ensures fits: \old(ranges->count) < BOOT_RANGES_MAX ==>
      ranges->count == \old(ranges->count) + 1 &&
      ranges->range[index].start == range.start && ranges->range[index].end == range.end;
*/
static void insert_at(struct boot_ranges *ranges, uint32_t index, struct boot_range range)
{
    if (ranges->count == BOOT_RANGES_MAX)
        return;
    /*@ loop invariant index <= i <= ranges->count;
        loop invariant \forall integer k; 0 <= k <= ranges->count && k != i ==>
          ranges->range[k].start < ranges->range[k].end;
        loop assigns i, ranges->range[0 .. BOOT_RANGES_MAX - 1];
        loop variant i;
    */
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
    /*@ loop invariant index <= ranges->count;
        loop assigns index;
        loop variant ranges->count - index;
    */
    while (index < ranges->count && ranges->range[index].end < added.start)
        index++;
    /*@ loop invariant index <= ranges->count && ranges_ok(ranges) && added.start < added.end;
        loop assigns added, *ranges;
        loop variant ranges->count;
    */
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
    /*@ loop invariant index <= ranges->count + 1 && ranges_ok(ranges);
        loop assigns index, *ranges;
        loop variant ranges->count + 1 - index;
    */
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

    /*@ loop invariant index <= ranges->count <= BOOT_RANGES_MAX;
        loop invariant \forall integer k; 0 <= k < ranges->count ==>
          ranges->range[k].start < ranges->range[k].end;
        loop invariant \forall integer k; 0 <= k < index ==>
          ranges->range[k].start % PAGE_SIZE == 0 && ranges->range[k].end % PAGE_SIZE == 0;
        loop assigns index, *ranges;
        loop variant ranges->count - index;
    */
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
