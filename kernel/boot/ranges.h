/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of physical ranges: an array of disjoint, ascending, non-empty ranges that never touch. */
#pragma once

#include "boot/machine.h"

struct boot_ranges {
    struct boot_range range[BOOT_RANGES_MAX];
    uint32_t count;
};

/*@ predicate ranges_ok(struct boot_ranges *ranges) =
      ranges->count <= BOOT_RANGES_MAX &&
      \forall integer i; 0 <= i < ranges->count ==> ranges->range[i].start < ranges->range[i].end;

    predicate overlap(integer start, integer end, integer other_start, integer other_end) =
      start < other_end && other_start < end;
*/

/* Adds a range; what the set has no room for is left out, so the set only ever errs towards less. */
/*@ requires \valid(ranges) && ranges_ok(ranges);
    assigns *ranges;
    ensures ranges_ok(ranges);
*/
void ranges_add(struct boot_ranges *ranges, struct boot_range added);

/* Takes a range out, splitting where it must; an upper part there is no room for is lost. */
/*@ requires \valid(ranges) && ranges_ok(ranges);
    assigns *ranges;
    ensures ranges_ok(ranges);
*/
void ranges_remove(struct boot_ranges *ranges, struct boot_range removed);

/* Shrinks every range to whole pages and drops what becomes empty. */
/*@ requires \valid(ranges) && ranges_ok(ranges);
    assigns *ranges;
    ensures ranges_ok(ranges);
    ensures whole: \forall integer i; 0 <= i < ranges->count ==>
      ranges->range[i].start % PAGE_SIZE == 0 && ranges->range[i].end % PAGE_SIZE == 0;
*/
void ranges_to_pages(struct boot_ranges *ranges);

/*@ assigns \nothing;
    ensures exact: a.start < a.end && b.start < b.end ==>
      (\result != 0 <==> \exists integer at; a.start <= at < a.end && b.start <= at < b.end);
    ensures \result <==> overlap(a.start, a.end, b.start, b.end);
*/
static inline bool range_overlaps(struct boot_range a, struct boot_range b)
{
    return a.start < b.end && b.start < a.end;
}
