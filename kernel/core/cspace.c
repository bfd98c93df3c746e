/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cspace.h"

void cspace_init(struct cspace *cspace, struct slot *slot, uint16_t *order, uint16_t *rank,
                 uint32_t slot_count)
{
    /*@ loop invariant 0 <= i <= slot_count;
        loop invariant \forall integer k; 0 <= k < i ==>
          slot[k].type == SLOT_EMPTY && slot[k].generation == 1;
        loop assigns i, slot[0 .. slot_count - 1];
        loop variant slot_count - i;
    */
    for (uint32_t i = 0; i < slot_count; i++) {
        slot_wipe(&slot[i], SLOT_EMPTY);
        slot[i].generation = 1;
    }
    cspace->slot = slot;
    cspace->slot_count = slot_count;
    pool_init(&cspace->pool, order, rank, slot_count);
}
