/* SPDX-License-Identifier: BSD-2-Clause */
/* A lease stands between delegated capabilities and their target: when it is destroyed, everything
   derived from it is dead at once. */
#pragma once

#include "object/object.h"

struct lease {
    struct capability target;
    uint32_t depth; /* leases on the way to the object, this one included */
};

#define FRAME_IS_LEASE(f)                                                                          \
    (machine.frames.table[f].role == FRAME_HEAD && machine.frames.table[f].type == SG_TYPE_LEASE)

/*@ requires leases_sound && head < machine.frames.count;
    requires FRAME_IS_LEASE(head);
    assigns \result \from head;
    ensures &\result->target == lease_target(head) && \separated(\result, &machine);
*/
static inline struct lease *lease_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

/* Leases between a capability and its object. */
uint32_t lease_depth(const struct capability *capability);

/* Fills a claimed frame in as a lease on a capability, with rights cut to a mask. */
void lease_create(uint32_t head, const struct capability *target, uint64_t rights);

/* What a capability derived from the lease holds: of the lease's rights those of a mask. */
/*@ requires CAPABILITIES_OK && head < machine.frames.count && FRAME_IS_LEASE(head);
    assigns \nothing;
    ensures rights: \result.rights ==
      ((lease_target(head)->rights & rights) | SG_BIT(SG_RELEASE));
    ensures \result.object == head && \result.epoch == machine.frames.table[head].epoch;
    ensures \result.flags == SLOT_LEASED && \result.badge == lease_target(head)->badge;
    ensures \result.type == lease_target(head)->type && SLOT_LIVE(\result);
*/
struct capability lease_derived(uint32_t head, uint64_t rights);

MUST_USE enum sg_status lease_call(struct invocation *invocation);

MUST_USE bool lease_dismantle(uint32_t head);
