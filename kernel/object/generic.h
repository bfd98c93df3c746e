/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations every capability has (enum sg_generic_operation). */
#pragma once

#include "object/object.h"

/* Copies a capability with fewer rights: SG_OK with the handle in the destination, or SG_NO_SLOT. */
MUST_USE static inline enum sg_status generic_copy(const struct slot *source, uint64_t rights,
                                                   struct cspace *destination,
                                                   uint64_t *handle_word)
{
    struct capability copy = capability_in(source);
    uint32_t slot;
    enum sg_status status = cspace_reserve(destination, &slot);

    if (status != SG_OK)
        return status;
    copy.rights = rights_attenuate(copy.rights, rights | SG_BIT(SG_RELEASE));
    *handle_word = sg_handle_word(cspace_commit(destination, slot, &copy));
    return SG_OK;
}

/* Carries out operation 56 or above on a resolved target. */
MUST_USE enum sg_status generic_call(struct invocation *invocation);

/* Empties a slot of a cspace, whatever has become of its object. */
MUST_USE enum sg_status generic_release(struct cspace *cspace, struct sg_handle handle);

/* Goes on destroying the object behind a handle that was good before the destruction began:
   SG_BAD_HANDLE when there is nothing to go on with. */
MUST_USE enum sg_status generic_resume_destroy(struct cspace *cspace, struct sg_handle handle);
