/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/capability.h"

#include "object/lease.h"

/* What capability_follow does, from what a capability or a slot says. */
/*@ requires CAPABILITIES_OK && capability_sound(head, epoch, flags) && \valid(object);
    assigns *object;
    ensures exact: \result == SG_OK <==>
      \old(capability_lives(head, epoch, flags, SG_LEASE_DEPTH_MAX));
    ensures end: \result == SG_OK ==>
      *object == \old(capability_end(head, flags, SG_LEASE_DEPTH_MAX));
    ensures inside: \result == SG_OK ==> *object < \old(machine.frames.count);
    ensures \result == SG_OK || \result == SG_BAD_HANDLE && *object == \old(*object);
*/
static enum sg_status follow(uint32_t head, uint32_t epoch, uint8_t flags, uint32_t *object)
{
    /*@ loop invariant 0 <= depth <= SG_LEASE_DEPTH_MAX + 1 && capability_sound(head, epoch, flags);
        loop invariant depth <= SG_LEASE_DEPTH_MAX ==>
          (capability_lives(head, epoch, flags, SG_LEASE_DEPTH_MAX - depth) <==>
           \at(capability_lives(head, epoch, flags, SG_LEASE_DEPTH_MAX), Pre)) &&
          capability_end(head, flags, SG_LEASE_DEPTH_MAX - depth) ==
          \at(capability_end(head, flags, SG_LEASE_DEPTH_MAX), Pre);
        loop invariant depth > SG_LEASE_DEPTH_MAX ==>
          !\at(capability_lives(head, epoch, flags, SG_LEASE_DEPTH_MAX), Pre);
        loop assigns depth, head, epoch, flags;
        loop variant SG_LEASE_DEPTH_MAX + 1 - depth;
    */
    for (uint32_t depth = 0; depth <= SG_LEASE_DEPTH_MAX; depth++) {
        if (!frames_is_live(&machine.frames, head, epoch))
            return SG_BAD_HANDLE;
        if (LIKELY(!(flags & SLOT_LEASED))) {
            *object = head;
            return SG_OK;
        }
        const struct capability *target = &lease_at(head)->target;
        head = target->object;
        epoch = target->epoch;
        flags = target->flags;
    }
    return SG_BAD_HANDLE;
}

enum sg_status capability_follow(const struct capability *capability, uint32_t *object)
{
    return follow(capability->object, capability->epoch, capability->flags, object);
}

NOINLINE enum sg_status capability_resolve(const struct cspace *cspace, struct sg_handle handle,
                                           struct target *target)
{
    uint32_t index = cspace_find(cspace, handle);

    if (index == cspace->slot_count)
        return SG_BAD_HANDLE;
    const struct slot *slot = &cspace->slot[index];
    target->slot = slot;
    if (LIKELY(!(slot->flags & SLOT_LEASED))) {
        if (!frames_is_live(&machine.frames, slot->object, slot->epoch))
            return SG_BAD_HANDLE;
        target->object = slot->object;
        return SG_OK;
    }
    return follow(slot->object, slot->epoch, slot->flags, &target->object);
}

enum sg_status capability_require(const struct cspace *cspace, uint64_t handle_word, uint8_t type,
                                  uint32_t operation, uint32_t *object)
{
    struct target target;
    enum sg_status status = capability_resolve(cspace, sg_handle_from_word(handle_word), &target);

    if (status != SG_OK)
        return status;
    if (target.slot->type != type)
        return SG_BAD_TYPE;
    if (!(target.slot->rights >> operation & 1))
        return SG_DENIED;
    *object = target.object;
    return SG_OK;
}

struct capability capability_to(uint32_t object, uint8_t type)
{
    return (struct capability){
        .rights = SG_RIGHTS_ALL >> 2, /* bits 62 and 63 are reserved */
        .object = object,
        .epoch = machine.frames.table[object].epoch,
        .type = type,
    };
}
