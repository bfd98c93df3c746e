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

/* What a live slot holds. */
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
MUST_USE enum sg_status capability_follow(const struct capability *capability, uint32_t *object);

/* Resolves a handle of a cspace: SG_OK or SG_BAD_HANDLE. */
MUST_USE enum sg_status capability_resolve(const struct cspace *cspace, struct sg_handle handle,
                                           struct target *target);

/* Resolves a handle word that must be of a type and carry the right of an operation: SG_OK,
   SG_BAD_HANDLE, SG_BAD_TYPE or SG_DENIED. */
MUST_USE enum sg_status capability_require(const struct cspace *cspace, uint64_t handle_word,
                                           uint8_t type, uint32_t operation, uint32_t *object);

/* A capability with all rights to a living object. */
struct capability capability_to(uint32_t object, uint8_t type);
