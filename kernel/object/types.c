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
    /* check, acquire, create, call, dismantle */
    [SG_TYPE_UNTYPED] = {NULL, NULL, NULL, untyped_call, untyped_dismantle},
    [SG_TYPE_CSPACE] = {cspace_object_check, NULL, cspace_object_create, cspace_object_call,
                        cspace_object_dismantle},
    [SG_TYPE_LEASE] = {NULL, NULL, NULL, lease_call, lease_dismantle},
    [SG_TYPE_MEMORY] = {memory_check, NULL, memory_create, NULL, memory_dismantle},
    [SG_TYPE_ASPACE] = {aspace_check, NULL, aspace_create, aspace_call, aspace_dismantle},
    [SG_TYPE_THREAD] = {NULL, NULL, thread_create, thread_call, thread_dismantle},
    [SG_TYPE_SCHED] = {NULL, NULL, sched_create, sched_call, sched_dismantle},
    [SG_TYPE_CPU] = {NULL, NULL, NULL, cpu_call, NULL},
    [SG_TYPE_RING] = {ring_check, NULL, ring_create, NULL, ring_dismantle},
    [SG_TYPE_ENDPOINT] = {NULL, NULL, endpoint_create, endpoint_call, endpoint_dismantle},
    [SG_TYPE_NOTIFICATION] = {NULL, NULL, notification_create, notification_call,
                              notification_dismantle},
    [SG_TYPE_IRQ] = {irq_check, irq_acquire, irq_create, irq_call, irq_dismantle},
    [SG_TYPE_IOPORT] = {ioport_check, NULL, ioport_create, ioport_call, NULL},
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
