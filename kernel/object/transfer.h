/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities travelling with a message, all or nothing: (1) every source is validated, (2) every
   destination slot reserved, (3) the caller delivers the bytes, (4) commit. Until (4) both cspaces
   are as they were but for reservations, which transfer_rollback undoes. */
#pragma once

#include "abi/ring.h"
#include "object/capability.h"

struct transfer_item {
    struct capability capability; /* as it will stand in the destination */
    uint32_t source_slot;
    uint32_t destination_slot;
    bool is_move;
};

struct transfer {
    struct cspace *source;
    struct cspace *destination;
    uint32_t count;
    struct transfer_item item[SG_MESSAGE_CAPS_MAX];
};

/* The items' places from one on, as they were at a label, are of a type. */
#define TRANSFER_PLACES_ARE(transfer, first, last, L, kind)                              \
    (\forall integer k;                                                                  \
        (first) <= k<(last) ==>(transfer)                                                \
                       ->destination->slot[\at((transfer)->item[k].destination_slot, L)] \
                       .type ==                                                          \
        (kind))
#define TRANSFER_PLACES_WERE(transfer, last, L, kind)                                             \
    (\forall integer k; 0 <= k<(last) ==>                    \
        \at((transfer)->destination->slot[\at((transfer)->item[k].destination_slot, Here)].type, \
                             L) ==                                                                \
                        (kind))

/* Objects of their own: none lies in another. A macro so that the provers see it. */
#define TRANSFER_APART(transfer, cspace) \
    (\base_addr(transfer) != \base_addr(cspace) &&                  \
     \base_addr(transfer) != \base_addr((cspace)->slot) &&          \
     \base_addr(transfer) != \base_addr((cspace)->pool.order) &&    \
     \base_addr(transfer) != \base_addr((cspace)->pool.rank))
#define TRANSFER_OK(transfer)                                                       \
    ((transfer)->count <= SG_MESSAGE_CAPS_MAX && \valid((transfer)->destination) && \
     TRANSFER_APART(transfer, (transfer)->destination))

/* What (1) fills in of items; fields are named so that the provers see how little it is. */
#define TRANSFER_FILLED(one)                                                                      \
    (one).capability.rights, (one).capability.badge, (one).capability.object,                     \
        (one).capability.epoch, (one).capability.type, (one).capability.flags, (one).source_slot, \
        (one).is_move

/*@ // Where the first items go.
    predicate transfer_inside(struct transfer *transfer, integer count) =
      \forall integer k; 0 <= k < count ==>
        transfer->item[k].destination_slot < transfer->destination->slot_count;

    predicate transfer_distinct(struct transfer *transfer, integer count) =
      \forall integer j, k; 0 <= j < k < count ==>
        transfer->item[j].destination_slot != transfer->item[k].destination_slot;

    // So many more are free.
    predicate transfer_left{A,B}(struct transfer *transfer, integer more) =
      \at(POOL_LEFT(&transfer->destination->pool), B) ==
      \at(POOL_LEFT(&transfer->destination->pool), A) + more;

    // None of the first items goes here.
    predicate transfer_spares(struct transfer *transfer, integer count, integer slot) =
      \forall integer k; 0 <= k < count ==> transfer->item[k].destination_slot != slot;

    predicate transfer_only_changed{A,B,Items}(struct transfer *transfer, integer count) =
      \forall integer i; 0 <= i < \at(transfer->destination->slot_count, A) ==>
        transfer_spares{Items}(transfer, count, i) ==> SLOT_SAME(transfer->destination, i, A, B);

    // The slots are what they were.
    predicate transfer_same{A,B}(struct transfer *transfer) =
      \forall integer i; 0 <= i < \at(transfer->destination->slot_count, A) ==>
        SLOT_SAME(transfer->destination, i, A, B);
*/

/* (1) and (2), from a private copy of the sender's list: SG_OK, or SG_BAD_HANDLE, SG_BAD_TYPE,
   SG_DENIED, SG_BAD_ARGUMENT (unknown mode, one slot moved twice), SG_NO_SLOT. */
/*@ requires \valid(transfer) && TRANSFER_OK(transfer);
    requires CSPACE_OK(transfer->destination);
    requires \valid_read(list + (0 .. transfer->count - 1)) && \base_addr(list) != \base_addr(transfer);
    assigns transfer->count, TRANSFER_FILLED(transfer->item[0 .. SG_MESSAGE_CAPS_MAX - 1]),
            transfer->item[0 .. SG_MESSAGE_CAPS_MAX - 1].destination_slot,
            transfer->destination->slot[0 .. transfer->destination->slot_count - 1].type,
            transfer->destination->pool.free_count, transfer->destination->pool.count,
            transfer->destination->pool.order[0 .. transfer->destination->pool.limit - 1],
            transfer->destination->pool.rank[0 .. transfer->destination->pool.limit - 1];
    ensures CSPACE_OK(transfer->destination);
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
MUST_USE enum sg_status transfer_prepare(struct transfer *transfer,
                                         const struct sg_cap_transfer *list);

/* Gives the reservations back. */
/*@ requires \valid_read(transfer) && TRANSFER_OK(transfer);
    requires CSPACE_OK(transfer->destination);
    requires transfer_inside(transfer, transfer->count);
    requires TRANSFER_PLACES_ARE(transfer, 0, transfer->count, Here, SLOT_RESERVED);
    requires transfer_distinct(transfer, transfer->count);
    assigns transfer->destination->slot[0 .. transfer->destination->slot_count - 1].type,
            transfer->destination->pool.free_count,
            transfer->destination->pool.order[0 .. transfer->destination->pool.limit - 1],
            transfer->destination->pool.rank[0 .. transfer->destination->pool.limit - 1];
    ensures CSPACE_OK(transfer->destination);
    ensures given: TRANSFER_PLACES_ARE(transfer, 0, transfer->count, Pre, SLOT_EMPTY);
    ensures rest: \forall integer s; 0 <= s < transfer->destination->slot_count ==>
      SLOT_SAME_BUT_TYPE(transfer->destination, s, Pre, Post);
    ensures others: transfer_only_changed{Pre,Post,Pre}(transfer, transfer->count);
    ensures left: transfer_left{Pre,Post}(transfer, transfer->count);
*/
void transfer_rollback(struct transfer *transfer);

/* (4) Fills the reserved slots, empties moved ones and writes the new handles. */
void transfer_commit(struct transfer *transfer, struct sg_handle *handle);
