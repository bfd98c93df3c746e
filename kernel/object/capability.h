/* SPDX-License-Identifier: BSD-2-Clause */
/* From a handle to the object it reaches: slot, epoch, leases, type and rights, in that order. Nothing
   here writes. */
#pragma once

#include "abi/object.h"
#include "arch/arch.h"
#include "core/cspace.h"
#include "object/machine.h"

/* Where a handle leads. */
struct target {
    const struct slot *slot; /* holds the capability used */
    uint32_t object;         /* head frame of the object behind any leases */
};

/*@ axiomatic leases {
      // What the lease of a frame is on; lease_at() leads there.
      logic struct capability *lease_target(integer head) reads \nothing;
    }

    // What a capability or a slot says leads to its object: through at most so many leases, and neither
    // they nor the object have died since.
    predicate capability_lives{L}(integer head, integer epoch, integer flags, integer leases) =
      machine.frames.table[head].epoch == epoch &&
      ((flags & SLOT_LEASED) == 0 ||
       leases > 0 && capability_lives{L}(lease_target(head)->object, lease_target(head)->epoch,
                                         lease_target(head)->flags, leases - 1));

    // And that object.
    logic integer capability_end{L}(integer head, integer flags, integer leases) =
      leases > 0 && (flags & SLOT_LEASED) != 0
        ? capability_end{L}(lease_target(head)->object, lease_target(head)->flags, leases - 1)
        : head;

    // It names a frame, and a lease if it says so and that has not died.
    predicate capability_sound{L}(integer head, integer epoch, integer flags) =
      0 <= head < machine.frames.count &&
      ((flags & SLOT_LEASED) != 0 && machine.frames.table[head].epoch == epoch ==>
         machine.frames.table[head].role == FRAME_HEAD &&
         machine.frames.table[head].type == SG_TYPE_LEASE);

    // One whose type is a lease names it itself.
    predicate capability_is_lease{L}(integer head, integer epoch, integer flags) =
      (flags & SLOT_LEASED) == 0 &&
      (machine.frames.table[head].epoch == epoch ==>
         machine.frames.table[head].role == FRAME_HEAD &&
         machine.frames.table[head].type == SG_TYPE_LEASE);

    predicate leases_sound{L} =
      \forall integer f; 0 <= f < machine.frames.count &&
        machine.frames.table[f].role == FRAME_HEAD && machine.frames.table[f].type == SG_TYPE_LEASE ==>
          \valid_read(lease_target(f)) && SLOT_LIVE(*lease_target(f)) &&
          lease_target(f)->type != SG_TYPE_LEASE &&
          capability_sound(lease_target(f)->object, lease_target(f)->epoch, lease_target(f)->flags);

    predicate cspace_sound{L}(struct cspace *cspace) =
      \forall integer i; 0 <= i < cspace->slot_count && SLOT_LIVE(cspace->slot[i]) ==>
        capability_sound(cspace->slot[i].object, cspace->slot[i].epoch, cspace->slot[i].flags) &&
        (cspace->slot[i].type == SG_TYPE_LEASE ==>
           capability_is_lease(cspace->slot[i].object, cspace->slot[i].epoch, cspace->slot[i].flags));
*/
#define CAPABILITIES_OK (frames_memory_ok(&machine.frames) && leases_sound)

/* A handle names a slot whose capability lives; so does one in its word form. */
#define HANDLE_LIVES(cspace, handle)                                                               \
    (cspace_names(cspace, (handle).index, (handle).generation) &&                                  \
     capability_lives((cspace)->slot[(handle).index].object, (cspace)->slot[(handle).index].epoch, \
                      (cspace)->slot[(handle).index].flags, SG_LEASE_DEPTH_MAX))
#define WORD_SLOT(cspace, word) ((cspace)->slot[(word) % 0x100000000])
#define WORD_LIVES(cspace, word)                                                                   \
    (cspace_names(cspace, (word) % 0x100000000, (word) / 0x100000000) &&                           \
     capability_lives(WORD_SLOT(cspace, word).object, WORD_SLOT(cspace, word).epoch,               \
                      WORD_SLOT(cspace, word).flags, SG_LEASE_DEPTH_MAX))

/* What a live slot holds. */
/*@ requires \valid_read(slot);
    assigns \nothing;
    ensures SLOT_HOLDS(\result, slot);
*/
static inline struct capability capability_in(const struct slot *slot)
{
    return (struct capability){.rights = slot->rights,
                               .badge = slot->badge,
                               .object = slot->object,
                               .epoch = slot->epoch,
                               .type = slot->type,
                               .flags = slot->flags};
}

/* Finds the object a capability reaches: SG_OK, or SG_BAD_HANDLE when it or a lease is gone. */
/*@ requires CAPABILITIES_OK && \valid_read(capability) && \valid(object);
    requires capability_sound(capability->object, capability->epoch, capability->flags);
    assigns *object;
    ensures exact: \result == SG_OK <==> \old(capability_lives(
      capability->object, capability->epoch, capability->flags, SG_LEASE_DEPTH_MAX));
    ensures end: \result == SG_OK ==> *object == \old(capability_end(
      capability->object, capability->flags, SG_LEASE_DEPTH_MAX));
    ensures inside: \result == SG_OK ==> *object < \old(machine.frames.count);
    ensures \result == SG_OK || \result == SG_BAD_HANDLE && *object == \old(*object);
*/
MUST_USE enum sg_status capability_follow(const struct capability *capability, uint32_t *object);

/* Resolves a handle of a cspace: SG_OK or SG_BAD_HANDLE. */
/*@ requires CAPABILITIES_OK && \valid_read(cspace) && cspace_memory_ok(cspace);
    requires cspace_sound(cspace) && \valid(target);
    requires \separated(target, cspace, cspace->slot + (0 .. cspace->slot_count - 1));
    requires \separated(target, &machine);
    assigns *target;
    ensures exact: \result == SG_OK <==> \old(HANDLE_LIVES(cspace, handle));
    ensures \result == SG_OK || \result == SG_BAD_HANDLE;
    ensures slot: \result == SG_OK ==> target->slot == &cspace->slot[handle.index];
    ensures end: \result == SG_OK ==> target->object == \old(capability_end(
      cspace->slot[handle.index].object, cspace->slot[handle.index].flags, SG_LEASE_DEPTH_MAX));
    ensures inside: \result == SG_OK ==> target->object < \old(machine.frames.count);
*/
MUST_USE enum sg_status capability_resolve(const struct cspace *cspace, struct sg_handle handle,
                                           struct target *target);

/* Resolves a handle word that must be of a type and carry the right of an operation: SG_OK,
   SG_BAD_HANDLE, SG_BAD_TYPE or SG_DENIED. */
/*@ requires CAPABILITIES_OK && \valid_read(cspace) && cspace_memory_ok(cspace);
    requires cspace_sound(cspace) && \valid(object) && operation < 64;
    assigns *object;
    ensures live: \result == SG_OK ==> \old(WORD_LIVES(cspace, handle_word));
    ensures type: \result == SG_OK ==> \old(WORD_SLOT(cspace, handle_word).type) == type;
    ensures permitted: \result == SG_OK ==>
      ((\old(WORD_SLOT(cspace, handle_word).rights) >> operation) & 1) == 1;
    ensures refused: \result == SG_BAD_HANDLE <==> !\old(WORD_LIVES(cspace, handle_word));
    ensures end: \result == SG_OK ==> *object == \old(capability_end(
      WORD_SLOT(cspace, handle_word).object, WORD_SLOT(cspace, handle_word).flags,
      SG_LEASE_DEPTH_MAX));
    ensures inside: \result == SG_OK ==> *object < \old(machine.frames.count);
    ensures kept: \result != SG_OK ==> *object == \old(*object);
*/
MUST_USE enum sg_status capability_require(const struct cspace *cspace, uint64_t handle_word,
                                           uint8_t type, uint32_t operation, uint32_t *object);

/* A capability with all rights to a living object. */
/*@ requires frames_memory_ok(&machine.frames) && object < machine.frames.count;
    assigns \nothing;
    ensures \result.object == object && \result.epoch == machine.frames.table[object].epoch;
    ensures \result.type == type && \result.flags == 0 && \result.badge == 0;
    ensures RIGHTS_INCLUDE(SG_RIGHTS_ALL / 4, \result.rights);
*/
struct capability capability_to(uint32_t object, uint8_t type);
