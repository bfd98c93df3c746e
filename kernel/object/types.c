/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/aspace.h"
#include "object/cpu.h"
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/event.h"
#include "object/ioport.h"
#include "object/irq.h"
#include "object/lease.h"
#include "object/memory.h"
#include "object/notification.h"
#include "object/ring.h"
#include "object/sched.h"
#include "object/thread.h"
#include "object/untyped.h"

const struct object_type object_types[SG_TYPE_COUNT] = {
    [SG_TYPE_UNTYPED] = {.call = untyped_call, .dismantle = untyped_dismantle},
    [SG_TYPE_CSPACE] = {.check = cspace_object_check,
                        .create = cspace_object_create,
                        .call = cspace_object_call,
                        .dismantle = cspace_object_dismantle},
    [SG_TYPE_LEASE] = {.call = lease_call, .dismantle = lease_dismantle},
    [SG_TYPE_MEMORY] = {.check = memory_check,
                        .create = memory_create,
                        .dismantle = memory_dismantle},
    [SG_TYPE_ASPACE] = {.check = aspace_check,
                        .create = aspace_create,
                        .call = aspace_call,
                        .dismantle = aspace_dismantle},
    [SG_TYPE_THREAD] = {.create = thread_create,
                        .call = thread_call,
                        .dismantle = thread_dismantle},
    [SG_TYPE_SCHED] = {.create = sched_create, .call = sched_call, .dismantle = sched_dismantle},
    [SG_TYPE_CPU] = {.call = cpu_call},
    [SG_TYPE_RING] = {.check = ring_check, .create = ring_create, .dismantle = ring_dismantle},
    [SG_TYPE_ENDPOINT] = {.create = endpoint_create,
                          .call = endpoint_call,
                          .dismantle = endpoint_dismantle},
    [SG_TYPE_NOTIFICATION] = {.create = notification_create,
                              .call = notification_call,
                              .dismantle = notification_dismantle},
    [SG_TYPE_IRQ] = {.check = irq_check,
                     .acquire = irq_acquire,
                     .create = irq_create,
                     .call = irq_call,
                     .dismantle = irq_dismantle},
    [SG_TYPE_IOPORT] = {.check = ioport_check, .create = ioport_create, .call = ioport_call},
};

enum sg_status invocation_return(struct invocation *invocation, const struct capability *capability)
{
    struct cspace *cspace = thread_cspace(invocation->thread);
    uint32_t slot;
    enum sg_status status = cspace_reserve(cspace, &slot);

    if (status != SG_OK)
        return status;
    invocation->value = sg_handle_word(cspace_commit(cspace, slot, capability));
    event_device(SG_EVENT_ACQUIRE, cspace, capability->type, capability->object);
    return SG_OK;
}
