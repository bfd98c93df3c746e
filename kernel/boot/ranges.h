/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of physical ranges: an array of disjoint, ascending, non-empty ranges that never touch. */
#pragma once

#include "boot/machine.h"

struct boot_ranges {
    struct boot_range range[BOOT_RANGES_MAX];
    uint32_t count;
};

/* Adds a range; what the set has no room for is left out, so the set only ever errs towards less. */
void ranges_add(struct boot_ranges *ranges, struct boot_range added);

/* Takes a range out, splitting where it must; an upper part there is no room for is lost. */
void ranges_remove(struct boot_ranges *ranges, struct boot_range removed);

/* Shrinks every range to whole pages and drops what becomes empty. */
void ranges_to_pages(struct boot_ranges *ranges);

/*@ assigns \nothing;
    ensures exact: a.start < a.end && b.start < b.end ==>
      (\result != 0 <==> \exists integer at; a.start <= at < a.end && b.start <= at < b.end);
*/
static inline bool range_overlaps(struct boot_range a, struct boot_range b)
{
    return a.start < b.end && b.start < a.end;
}
