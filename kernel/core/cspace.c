/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cspace.h"

/* Leaves nothing of a capability behind. */
/*@ requires \valid(slot);
    assigns slot->rights, slot->badge, slot->object, slot->epoch, slot->type, slot->flags,
            slot->reserved;
    ensures slot->rights == 0 && slot->badge == 0 && slot->object == 0 && slot->epoch == 0;
    ensures slot->type == type && slot->flags == 0 && slot->reserved == 0;
*/
static void slot_wipe(struct slot *slot, uint8_t type)
{
    slot->rights = 0;
    slot->badge = 0;
    slot->object = 0;
    slot->epoch = 0;
    slot->type = type;
    slot->flags = 0;
    slot->reserved = 0;
}

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

enum sg_status cspace_reserve(struct cspace *cspace, uint32_t *index)
{
    uint32_t taken;

    if (cspace->pool.free_count == 0)
        return SG_NO_SLOT;
    taken = pool_take(&cspace->pool);
    cspace->slot[taken].type = SLOT_RESERVED;
    *index = taken;
    return SG_OK;
}

void cspace_rollback(struct cspace *cspace, uint32_t index)
{
    cspace->slot[index].type = SLOT_EMPTY;
    pool_give(&cspace->pool, index);
}

struct sg_handle cspace_commit(struct cspace *cspace, uint32_t index,
                               const struct capability *capability)
{
    struct slot *slot = &cspace->slot[index];
    struct sg_handle handle = {index, slot->generation};

    slot->rights = capability->rights;
    slot->badge = capability->badge;
    slot->object = capability->object;
    slot->epoch = capability->epoch;
    slot->type = capability->type;
    slot->flags = capability->flags;
    return handle;
}

void cspace_clear(struct cspace *cspace, uint32_t index)
{
    struct slot *slot = &cspace->slot[index];

    if (slot->generation == UINT32_MAX) {
        slot_wipe(slot, SLOT_RETIRED);
        return;
    }
    slot_wipe(slot, SLOT_EMPTY);
    slot->generation++;
    pool_give(&cspace->pool, index);
}
