/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/generic.h"

#include "object/event.h"
#include "object/info.h"
#include "object/lease.h"
#include "object/thread.h"
#include "object/untyped.h"

static void empty(struct cspace *cspace, const struct slot *slot)
{
    event_device(SG_EVENT_RELEASE, cspace, slot->type, slot->object);
    cspace_clear(cspace, (uint32_t)(slot - cspace->slot));
}

enum sg_status generic_release(struct cspace *cspace, struct sg_handle handle)
{
    uint32_t index = cspace_find(cspace, handle);

    if (index == cspace->slot_count)
        return SG_BAD_HANDLE;
    empty(cspace, &cspace->slot[index]);
    return SG_OK;
}

/* (rights mask, cspace or 0): SG_COPY, and SG_MOVE, which then empties the source. */
static enum sg_status call_copy(struct invocation *invocation)
{
    struct cspace *source = thread_cspace(invocation->thread);
    const struct slot *slot = invocation->target.slot;
    struct cspace *destination = source;
    uint32_t head;

    if (invocation->argument[1] != 0) {
        enum sg_status status = capability_require(source, invocation->argument[1], SG_TYPE_CSPACE,
                                                   SG_CSPACE_ACCEPT, &head);
        if (status != SG_OK)
            return status;
        destination = arch_frame_pointer(head);
    }
    enum sg_status status =
        generic_copy(slot, invocation->argument[0], destination, &invocation->value);
    if (status != SG_OK)
        return status;
    event_device(SG_EVENT_ACQUIRE, destination, slot->type, invocation->target.object);
    if (invocation->method == SG_MOVE)
        empty(source, slot);
    return SG_OK;
}

/* (rights mask, untyped, frame offset) */
static RARELY enum sg_status call_lease(struct invocation *invocation)
{
    struct cspace *cspace = thread_cspace(invocation->thread);
    struct capability leased = capability_in(invocation->target.slot);
    uint64_t offset = invocation->argument[2];
    struct claim claim = {.offset = (uint32_t)offset, .count = 1, .type = SG_TYPE_LEASE};
    enum sg_status status = capability_require(cspace, invocation->argument[1], SG_TYPE_UNTYPED,
                                               SG_UNTYPED_CREATE, &claim.untyped);

    if (status != SG_OK)
        return status;
    if (leased.type == SG_TYPE_LEASE)
        return SG_BAD_TYPE; /* what is derived from a lease names it, and would outlive ours */
    if (offset > UINT32_MAX)
        return SG_BAD_ARGUMENT;
    if (lease_depth(&leased) == SG_LEASE_DEPTH_MAX)
        return SG_LIMIT;
    status = untyped_reserve(cspace, &claim);
    if (status != SG_OK)
        return status;
    invocation->value = untyped_commit(cspace, &claim);
    lease_create(claim_head(&claim), &leased, invocation->argument[0]);
    return SG_OK;
}

enum sg_status generic_call(struct invocation *invocation)
{
    switch (invocation->method) {
    case SG_COPY:
    case SG_MOVE:
        return call_copy(invocation);
    case SG_LEASE:
        return call_lease(invocation);
    case SG_DESTROY:
        return object_destroy(invocation->target.object);
    case SG_INFO:
        return object_info(invocation);
    case SG_RELEASE:
        empty(thread_cspace(invocation->thread), invocation->target.slot);
        return SG_OK;
    default:
        return SG_BAD_OPERATION;
    }
}

/* Whether a capability named the object that is now dying; its own leases must still live. */
static RARELY bool names_dying(const struct capability *hop, uint32_t *object)
{
    for (uint32_t depth = 0; depth <= SG_LEASE_DEPTH_MAX; depth++) {
        const struct frame *frame = &machine.frames.table[hop->object];

        if (!(hop->flags & SLOT_LEASED)) {
            *object = hop->object;
            return frame->flags & FRAME_DYING && frame->role == FRAME_HEAD &&
                   frame->epoch == hop->epoch + UINT64_C(1);
        }
        if (frame->epoch != hop->epoch)
            return false;
        hop = &lease_at(hop->object)->target;
    }
    return false;
}

RARELY enum sg_status generic_resume_destroy(struct cspace *cspace, struct sg_handle handle)
{
    uint32_t index = cspace_find(cspace, handle);
    struct capability capability;
    uint32_t object;

    if (index == cspace->slot_count)
        return SG_BAD_HANDLE;
    cspace_read(cspace, index, &capability);
    if (!(capability.rights & SG_BIT(SG_DESTROY)) || !names_dying(&capability, &object))
        return SG_BAD_HANDLE;
    return object_destroy(object);
}
