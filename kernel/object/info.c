/* SPDX-License-Identifier: BSD-2-Clause */
/* What objects tell about themselves: a line a fact. */
#include "object/info.h"

#include "object/aspace.h"
#include "object/cpu.h"
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/irq.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/sched.h"

#define FACT(type, selector, value) \
    case (type) << 8 | (selector):  \
        return value

static uint64_t thread_state(const struct thread *thread)
{
    bool is_running = thread->state == SG_THREAD_READY && thread_is_current(thread);

    return is_running ? SG_THREAD_RUNNING : thread->state;
}

/* A fact about an object of a type, if the type has it. */
static uint64_t fact(uint32_t type, uint64_t selector, uint32_t head, bool *is_known)
{
    const struct frame *frame = &machine.frames.table[head];

    *is_known = true;
    switch (type << 8 | selector) {
        FACT(SG_TYPE_UNTYPED, SG_INFO_FRAMES, frame->extent);
        FACT(SG_TYPE_UNTYPED, SG_INFO_FREE, frame->extent - frame->used);
        FACT(SG_TYPE_CSPACE, SG_INFO_COUNT, cspace_at(head)->cspace.slot_count);
        FACT(SG_TYPE_CSPACE, SG_INFO_FREE, pool_left(&cspace_at(head)->cspace.pool));
        FACT(SG_TYPE_MEMORY, SG_INFO_PAGES, memory_at(head)->page_count);
        FACT(SG_TYPE_ASPACE, SG_INFO_COUNT,
             aspace_at(head)->regions.count - aspace_at(head)->regions.free_count);
        FACT(SG_TYPE_ASPACE, SG_INFO_FREE, pool_left(&aspace_at(head)->tables.pool));
        FACT(SG_TYPE_THREAD, SG_INFO_STATE, thread_state(arch_frame_pointer(head)));
        FACT(SG_TYPE_SCHED, SG_INFO_CPU_NS, sched_consumed_ns(sched_at(head)));
        FACT(SG_TYPE_SCHED, SG_INFO_CLASS, sched_at(head)->class);
        FACT(SG_TYPE_SCHED, SG_INFO_PERIODS, sched_at(head)->periods);
        FACT(SG_TYPE_SCHED, SG_INFO_DEPLETIONS, sched_at(head)->depletions);
        FACT(SG_TYPE_CPU, SG_INFO_NOW_NS, arch_now_ns());
        FACT(SG_TYPE_CPU, SG_INFO_COUNT, cpu_at(head)->number);
        FACT(SG_TYPE_CPU, SG_INFO_INTERRUPTS, cpu_at(head)->interrupts);
        FACT(SG_TYPE_CPU, SG_INFO_NUDGES, cpu_at(head)->nudges);
        FACT(SG_TYPE_CPU, SG_INFO_STOLEN, cpu_at(head)->stolen);
        FACT(SG_TYPE_RING, SG_INFO_PAGES, ring_at(head)->shared_pages);
        FACT(SG_TYPE_RING, SG_INFO_COUNT, ring_at(head)->queues.in_flight);
        FACT(SG_TYPE_ENDPOINT, SG_INFO_STATE, endpoint_first_receiver(endpoint_at(head)) != NULL);
        FACT(SG_TYPE_CLIENT, SG_INFO_STATE, endpoint_first_receiver(endpoint_at(head)) != NULL);
        FACT(SG_TYPE_NOTIFICATION, SG_INFO_COUNT, notification_at(head)->count);
        FACT(SG_TYPE_IRQ, SG_INFO_COUNT, irq_at(head)->line);
    default:
        *is_known = selector == SG_INFO_FRAMES;
        return frame->count;
    }
}

enum sg_status object_info(struct invocation *invocation)
{
    const struct slot *slot = invocation->target.slot;
    uint64_t selector = invocation->argument[0];
    bool is_known = selector <= UINT8_MAX;

    if (selector == SG_INFO_TYPE)
        invocation->value = slot->type;
    else if (selector == SG_INFO_RIGHTS)
        invocation->value = slot->rights;
    else if (selector == SG_INFO_BADGE)
        invocation->value = slot->badge;
    else if (is_known)
        invocation->value = fact(slot->type, selector, invocation->target.object, &is_known);
    return is_known ? SG_OK : SG_BAD_ARGUMENT;
}
