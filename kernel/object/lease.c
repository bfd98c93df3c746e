/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/lease.h"

#include "object/cpu.h"

uint32_t lease_depth(const struct capability *capability)
{
    return capability->flags & SLOT_LEASED ? lease_at(capability->object)->depth : 0;
}

void lease_create(uint32_t head, const struct capability *target, uint64_t rights)
{
    struct lease *lease = lease_at(head);

    lease->depth = lease_depth(target) + 1;
    lease->target = *target;
    lease->target.rights = rights_attenuate(target->rights, rights);
}

struct capability lease_derived(uint32_t head, uint64_t rights)
{
    const struct lease *lease = lease_at(head);

    return (struct capability){
        .rights = rights_attenuate(lease->target.rights, rights) | SG_BIT(SG_RELEASE),
        .badge = lease->target.badge,
        .object = head,
        .epoch = machine.frames.table[head].epoch,
        .type = lease->target.type,
        .flags = SLOT_LEASED,
    };
}

enum sg_status lease_call(struct invocation *invocation)
{
    if (invocation->method != SG_LEASE_DERIVE)
        return SG_BAD_OPERATION;
    struct capability derived = lease_derived(invocation->target.object, invocation->argument[0]);
    return invocation_return(invocation, &derived);
}

/* Its epoch is over, which is all it takes but for what lasts. */
bool lease_dismantle(UNUSED uint32_t head)
{
    cpus_open(NULL);
    return true;
}
