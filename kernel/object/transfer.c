/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/transfer.h"

#include "object/event.h"
#include "object/lease.h"

/* Whether a slot's capability may be sent as is wanted. */
/*@ requires \valid_read(wanted) && \valid_read(capability);
    assigns \nothing;
    ensures copy: wanted->mode == SG_TRANSFER_COPY ==>
      (\result == SG_OK <==> (capability->rights & SG_BIT(SG_COPY)) != 0);
    ensures move: wanted->mode == SG_TRANSFER_MOVE ==>
      (\result == SG_OK <==> (capability->rights & SG_BIT(SG_MOVE)) != 0);
    ensures lease: wanted->mode == SG_TRANSFER_LEASE ==>
      (\result == SG_OK <==> capability->type == SG_TYPE_LEASE &&
         (capability->rights & SG_BIT(SG_LEASE_DERIVE)) != 0);
    ensures known: wanted->mode > SG_TRANSFER_LEASE ==> \result == SG_BAD_ARGUMENT;
*/
static enum sg_status check_mode(const struct sg_cap_transfer *wanted,
                                 const struct slot *capability)
{
    switch (wanted->mode) {
    case SG_TRANSFER_COPY:
        return capability->rights & SG_BIT(SG_COPY) ? SG_OK : SG_DENIED;
    case SG_TRANSFER_MOVE:
        return capability->rights & SG_BIT(SG_MOVE) ? SG_OK : SG_DENIED;
    case SG_TRANSFER_LEASE:
        if (capability->type != SG_TYPE_LEASE)
            return SG_BAD_TYPE;
        return capability->rights & SG_BIT(SG_LEASE_DERIVE) ? SG_OK : SG_DENIED;
    default:
        return SG_BAD_ARGUMENT;
    }
}

/* Whether an earlier item already empties this slot, or this one would empty an earlier item's. */
/*@ requires \valid_read(transfer) && transfer->count <= SG_MESSAGE_CAPS_MAX;
    assigns \nothing;
    ensures once: \result == 0 <==> \forall integer i; 0 <= i < transfer->count &&
      transfer->item[i].source_slot == slot ==> is_move == 0 && transfer->item[i].is_move == 0;
*/
static bool moves_twice(const struct transfer *transfer, uint32_t slot, bool is_move)
{
    /*@ loop invariant 0 <= i <= transfer->count;
        loop invariant \forall integer k; 0 <= k < i && transfer->item[k].source_slot == slot ==>
          is_move == 0 && transfer->item[k].is_move == 0;
        loop assigns i;
        loop variant transfer->count - i;
    */
    for (uint32_t i = 0; i < transfer->count; i++)
        if (transfer->item[i].source_slot == slot && (is_move || transfer->item[i].is_move))
            return true;
    return false;
}

/* (1) for one capability. */
/*@ requires \valid(transfer) && transfer->count < SG_MESSAGE_CAPS_MAX && \valid_read(wanted);
    requires item == &transfer->item[transfer->count];
    assigns TRANSFER_FILLED(*item);
*/
static enum sg_status validate(const struct transfer *transfer,
                               const struct sg_cap_transfer *wanted, struct transfer_item *item)
{
    struct sg_handle handle = {wanted->index, wanted->generation};
    struct target target;
    enum sg_status status = capability_resolve(transfer->source, handle, &target);

    if (status != SG_OK)
        return status;
    status = check_mode(wanted, target.slot);
    if (status != SG_OK)
        return status;
    uint32_t slot = (uint32_t)(target.slot - transfer->source->slot);
    item->is_move = wanted->mode == SG_TRANSFER_MOVE;
    if (wanted->reserved != 0 || moves_twice(transfer, slot, item->is_move))
        return SG_BAD_ARGUMENT;
    item->source_slot = slot;
    item->capability = capability_in(target.slot);
    if (wanted->mode == SG_TRANSFER_LEASE)
        item->capability = lease_derived(target.object, wanted->rights);
    item->capability.rights =
        rights_attenuate(item->capability.rights, wanted->rights | SG_BIT(SG_RELEASE));
    return SG_OK;
}

/* (2) */
/*@ requires \valid(transfer) && TRANSFER_OK(transfer);
    requires CSPACE_OK(transfer->destination);
    assigns transfer->count, transfer->item[0 .. SG_MESSAGE_CAPS_MAX - 1].destination_slot,
            transfer->destination->slot[0 .. transfer->destination->slot_count - 1].type,
            transfer->destination->pool.free_count, transfer->destination->pool.count,
            transfer->destination->pool.order[0 .. transfer->destination->pool.limit - 1],
            transfer->destination->pool.rank[0 .. transfer->destination->pool.limit - 1];
    ensures CSPACE_OK(transfer->destination);
    ensures \result == SG_OK || \result == SG_NO_SLOT;
    ensures refused: \result != SG_OK ==> transfer_same{Pre,Post}(transfer);
    ensures refused_left: \result != SG_OK ==> transfer_left{Pre,Post}(transfer, 0);
    ensures count: \result == SG_OK ==> transfer->count == \old(transfer->count);
    ensures inside: \result == SG_OK ==> transfer_inside(transfer, transfer->count);
    ensures distinct: \result == SG_OK ==> transfer_distinct(transfer, transfer->count);
    ensures reserved: \result == SG_OK ==>
      TRANSFER_PLACES_ARE(transfer, 0, transfer->count, Post, SLOT_RESERVED);
    ensures others: \result == SG_OK ==>
      transfer_only_changed{Pre,Post,Post}(transfer, transfer->count);
    ensures left: \result == SG_OK ==> transfer_left{Pre,Post}(transfer, -transfer->count);
*/
static enum sg_status reserve(struct transfer *transfer)
{
    /*@ loop invariant 0 <= i <= transfer->count && transfer->count == \at(transfer->count, Pre);
        loop invariant CSPACE_OK(transfer->destination);
        loop invariant inside: transfer_inside(transfer, i);
        loop invariant distinct: transfer_distinct(transfer, i);
        loop invariant reserved: TRANSFER_PLACES_ARE(transfer, 0, i, Here, SLOT_RESERVED);
        loop invariant taken: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
          transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, Pre) ||
          (\at(transfer->destination->slot[s].type, Pre) == SLOT_EMPTY &&
           transfer->destination->slot[s].type == SLOT_RESERVED);
        loop invariant rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
          SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Here);
        loop invariant empty: TRANSFER_PLACES_WERE(transfer, i, Pre, SLOT_EMPTY);
        loop invariant others: \forall integer s; 0 <= s < transfer->destination->slot_count &&
          transfer_spares(transfer, i, s) ==>
            transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, Pre);
        loop invariant left: transfer_left{Pre,Here}(transfer, -i);
        loop assigns i, transfer->item[0 .. SG_MESSAGE_CAPS_MAX - 1].destination_slot,
          transfer->destination->slot[0 .. transfer->destination->slot_count - 1].type,
          transfer->destination->pool.free_count, transfer->destination->pool.count,
          transfer->destination->pool.order[0 .. transfer->destination->pool.limit - 1],
          transfer->destination->pool.rank[0 .. transfer->destination->pool.limit - 1];
        loop variant transfer->count - i;
    */
    for (uint32_t i = 0; i < transfer->count; i++) {
        /*@ assert shape: transfer->destination->slot_count == \at(transfer->destination->slot_count, Pre) &&
              transfer->destination->pool.limit == \at(transfer->destination->pool.limit, Pre);
        */
        if (cspace_reserve(transfer->destination, &transfer->item[i].destination_slot) != SG_OK) {
            /*@ assert rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Here);
            */
            transfer->count = i;
            //@ assert sound: CSPACE_OK(transfer->destination);
            /*@ assert shape: transfer->destination->slot_count == \at(transfer->destination->slot_count, Pre) &&
                  transfer->destination->pool.limit == \at(transfer->destination->pool.limit, Pre);
            */
            /*@ assert places: \forall integer k; 0 <= k < i ==>
              transfer->item[k].destination_slot == \at(transfer->item[k].destination_slot, LoopCurrent);
            */
            /*@ assert full: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, LoopCurrent);
            */
            //@ assert reserved: TRANSFER_PLACES_ARE(transfer, 0, i, Here, SLOT_RESERVED);
            /*@ assert rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Here);
            */
            /*@ assert spared: \forall integer s; transfer_spares{LoopCurrent}(transfer, i, s) ==>
                  transfer_spares(transfer, i, s);
            */
            transfer_rollback(transfer);
            /*@ assert given: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  transfer_spares{LoopCurrent}(transfer, i, s) ||
                  (transfer->destination->slot[s].type == SLOT_EMPTY &&
                   \at(transfer->destination->slot[s].type, Pre) == SLOT_EMPTY);
            */
            /*@ assert others: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  transfer_spares{LoopCurrent}(transfer, i, s) ==>
                  transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, Pre);
            */
            /*@ assert types: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, Pre);
            */
            /*@ assert rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
                  SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Here);
            */
            //@ assert same: transfer_same{Pre,Here}(transfer);
            return SG_NO_SLOT;
        }
        /*@ assert kept: \forall integer k; 0 <= k < i ==>
              transfer->item[k].destination_slot == \at(transfer->item[k].destination_slot, LoopCurrent);
        */
        /*@ assert step: \forall integer s; 0 <= s < transfer->destination->slot_count &&
              s != transfer->item[i].destination_slot ==>
                transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, LoopCurrent);
        */
        /*@ assert fewer: \forall integer s; transfer_spares(transfer, i + 1, s) ==>
              transfer_spares{LoopCurrent}(transfer, i, s) && s != transfer->item[i].destination_slot;
        */
    }
    return SG_OK;
}

enum sg_status transfer_prepare(struct transfer *transfer, const struct sg_cap_transfer *list)
{
    uint32_t count = transfer->count;

    /*@ loop invariant 0 <= transfer->count <= count;
        loop invariant sound: CSPACE_OK(transfer->destination);
        loop invariant same: transfer_same{Pre,Here}(transfer);
        loop invariant left: transfer_left{Pre,Here}(transfer, 0);
        loop invariant slots: transfer->destination->slot_count == \at(transfer->destination->slot_count, Pre);
        loop invariant limit: transfer->destination->pool.limit == \at(transfer->destination->pool.limit, Pre);
        loop assigns transfer->count, TRANSFER_FILLED(transfer->item[0 .. SG_MESSAGE_CAPS_MAX - 1]);
        loop variant count - transfer->count;
    */
    for (transfer->count = 0; transfer->count < count; transfer->count++) {
        enum sg_status status =
            validate(transfer, &list[transfer->count], &transfer->item[transfer->count]);

        /*@ assert rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
              SLOT_SAME_BUT_TYPE(transfer->destination, s, LoopCurrent, Here);
        */
        /*@ assert types: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
              transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, LoopCurrent);
        */
        //@ assert same: transfer_same{Pre,Here}(transfer);
        //@ assert sound: CSPACE_OK(transfer->destination);
        if (status != SG_OK)
            return status;
    }
    return reserve(transfer);
}

void transfer_rollback(struct transfer *transfer)
{
    /*@ loop invariant 0 <= i <= transfer->count;
        loop invariant CSPACE_OK(transfer->destination);
        loop invariant rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
          SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Here);
        loop invariant ahead: TRANSFER_PLACES_ARE(transfer, i, transfer->count, Pre, SLOT_RESERVED);
        loop invariant given: TRANSFER_PLACES_ARE(transfer, 0, i, Pre, SLOT_EMPTY);
        loop invariant others: \forall integer s; 0 <= s < transfer->destination->slot_count &&
          transfer_spares{Pre}(transfer, \at(transfer->count, Pre), s) ==>
            transfer->destination->slot[s].type == \at(transfer->destination->slot[s].type, Pre);
        loop invariant left: transfer_left{Pre,Here}(transfer, i);
        loop assigns i, transfer->destination->slot[0 .. transfer->destination->slot_count - 1].type,
          transfer->destination->pool.free_count,
          transfer->destination->pool.order[0 .. transfer->destination->pool.limit - 1],
          transfer->destination->pool.rank[0 .. transfer->destination->pool.limit - 1];
        loop variant transfer->count - i;
    */
    for (uint32_t i = 0; i < transfer->count; i++)
        cspace_rollback(transfer->destination, transfer->item[i].destination_slot);
}

void transfer_commit(struct transfer *transfer, struct sg_handle *handle)
{
    for (uint32_t i = 0; i < transfer->count; i++) {
        const struct transfer_item *item = &transfer->item[i];

        const struct capability *sent = &item->capability;

        handle[i] = cspace_commit(transfer->destination, item->destination_slot, sent);
        event_device(SG_EVENT_ACQUIRE, transfer->destination, sent->type, sent->object);
        if (!item->is_move)
            continue;
        event_device(SG_EVENT_RELEASE, transfer->source, sent->type, sent->object);
        cspace_clear(transfer->source, item->source_slot);
    }
}
