/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/capability.h"

#include "object/lease.h"

enum sg_status capability_follow(const struct capability *capability, uint32_t *object)
{
    const struct capability *hop = capability;

    for (uint32_t depth = 0; depth <= SG_LEASE_DEPTH_MAX; depth++) {
        if (!frames_is_live(&machine.frames, hop->object, hop->epoch))
            return SG_BAD_HANDLE;
        if (LIKELY(!(hop->flags & SLOT_LEASED))) {
            *object = hop->object;
            return SG_OK;
        }
        hop = &lease_at(hop->object)->target;
    }
    return SG_BAD_HANDLE;
}

enum sg_status capability_resolve(const struct cspace *cspace, struct sg_handle handle,
                                  struct target *target)
{
    uint32_t index = cspace_find(cspace, handle);

    if (index == cspace->slot_count)
        return SG_BAD_HANDLE;
    const struct slot *slot = &cspace->slot[index];
    target->slot = slot;
    if (LIKELY(!(slot->flags & SLOT_LEASED))) {
        target->object = slot->object;
        return frames_is_live(&machine.frames, slot->object, slot->epoch) ? SG_OK : SG_BAD_HANDLE;
    }
    struct capability capability = capability_in(slot);
    return capability_follow(&capability, &target->object);
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
    if (!(target.slot->rights & SG_BIT(operation)))
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
