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
#define AS(object_type) ((const struct object_type *)object)

static uint64_t thread_state(const struct thread *thread)
{
    bool is_running = thread->state == SG_THREAD_READY && thread_is_current(thread);

    return is_running ? SG_THREAD_RUNNING : thread->state;
}

/* A fact about an object of a type, if the type has it. */
static uint64_t fact(uint32_t type, uint64_t selector, uint32_t head, bool *is_known)
{
    const struct frame *frame = &machine.frames.table[head];
    const void *object = arch_frame_pointer(head);

    *is_known = true;
    switch (type << 8 | selector) {
        FACT(SG_TYPE_UNTYPED, SG_INFO_FRAMES, frame->extent);
        FACT(SG_TYPE_UNTYPED, SG_INFO_FREE, frame->extent - frame->used);
        FACT(SG_TYPE_CSPACE, SG_INFO_COUNT, AS(cspace_object)->cspace.slot_count);
        FACT(SG_TYPE_CSPACE, SG_INFO_FREE, pool_left(&AS(cspace_object)->cspace.pool));
        FACT(SG_TYPE_MEMORY, SG_INFO_PAGES, AS(memory)->page_count);
        FACT(SG_TYPE_ASPACE, SG_INFO_COUNT,
             AS(aspace)->regions.count - AS(aspace)->regions.free_count);
        FACT(SG_TYPE_ASPACE, SG_INFO_FREE, pool_left(&AS(aspace)->tables.pool));
        FACT(SG_TYPE_THREAD, SG_INFO_STATE, thread_state(object));
        FACT(SG_TYPE_SCHED, SG_INFO_CPU_NS, sched_consumed_ns(object));
        FACT(SG_TYPE_SCHED, SG_INFO_CLASS, AS(sched)->class);
        FACT(SG_TYPE_SCHED, SG_INFO_PERIODS, AS(sched)->periods);
        FACT(SG_TYPE_SCHED, SG_INFO_DEPLETIONS, AS(sched)->depletions);
        FACT(SG_TYPE_CPU, SG_INFO_NOW_NS, arch_now_ns());
        FACT(SG_TYPE_CPU, SG_INFO_COUNT, cpu_at(head)->number);
        FACT(SG_TYPE_CPU, SG_INFO_INTERRUPTS, cpu_at(head)->interrupts);
        FACT(SG_TYPE_CPU, SG_INFO_NUDGES, cpu_at(head)->nudges);
        FACT(SG_TYPE_CPU, SG_INFO_STOLEN, cpu_at(head)->stolen);
        FACT(SG_TYPE_RING, SG_INFO_PAGES, AS(ring)->shared_pages);
        FACT(SG_TYPE_RING, SG_INFO_COUNT, AS(ring)->queues.in_flight);
        FACT(SG_TYPE_ENDPOINT, SG_INFO_STATE, endpoint_first_receiver(object) != NULL);
        FACT(SG_TYPE_CLIENT, SG_INFO_STATE, endpoint_first_receiver(object) != NULL);
        FACT(SG_TYPE_NOTIFICATION, SG_INFO_COUNT, AS(notification)->count);
        FACT(SG_TYPE_IRQ, SG_INFO_COUNT, AS(irq)->line);
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
