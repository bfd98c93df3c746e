/* SPDX-License-Identifier: BSD-2-Clause */
/* What objects tell about themselves: a line a fact. */
#include "object/info.h"

#include "core/time.h"
#include "object/aspace.h"
#include "object/cpu.h"
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/irq.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/sched.h"

#define FACT(type, selector) ((type) << 8 | (selector))

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
    switch (FACT(type, selector)) {
    case FACT(SG_TYPE_UNTYPED, SG_INFO_FRAMES):
        return frame->extent;
    case FACT(SG_TYPE_UNTYPED, SG_INFO_FREE):
        return frame->extent - frame->used;
    case FACT(SG_TYPE_CSPACE, SG_INFO_COUNT):
        return cspace_at(head)->cspace.slot_count;
    case FACT(SG_TYPE_CSPACE, SG_INFO_FREE):
        return cspace_at(head)->cspace.pool.free_count;
    case FACT(SG_TYPE_MEMORY, SG_INFO_PAGES):
        return memory_at(head)->page_count;
    case FACT(SG_TYPE_ASPACE, SG_INFO_COUNT):
        return aspace_at(head)->regions.count - aspace_at(head)->regions.free_count;
    case FACT(SG_TYPE_ASPACE, SG_INFO_FREE):
        return aspace_at(head)->tables.pool.free_count;
    case FACT(SG_TYPE_THREAD, SG_INFO_STATE):
        return thread_state(arch_frame_pointer(head));
    case FACT(SG_TYPE_SCHED, SG_INFO_CPU_NS):
        return sched_consumed_ns(sched_at(head));
    case FACT(SG_TYPE_SCHED, SG_INFO_CLASS):
        return sched_at(head)->class;
    case FACT(SG_TYPE_SCHED, SG_INFO_PERIODS):
        return sched_at(head)->periods;
    case FACT(SG_TYPE_SCHED, SG_INFO_DEPLETIONS):
        return sched_at(head)->depletions;
    case FACT(SG_TYPE_CPU, SG_INFO_NOW_NS):
        return arch_now_ns();
    case FACT(SG_TYPE_CPU, SG_INFO_COUNT):
        return cpu_at(head)->number;
    case FACT(SG_TYPE_CPU, SG_INFO_INTERRUPTS):
        return cpu_at(head)->interrupts;
    case FACT(SG_TYPE_CPU, SG_INFO_NUDGES):
        return cpu_at(head)->nudges;
    case FACT(SG_TYPE_CPU, SG_INFO_STOLEN):
        return cpu_at(head)->stolen;
    case FACT(SG_TYPE_RING, SG_INFO_PAGES):
        return ring_at(head)->shared_pages;
    case FACT(SG_TYPE_RING, SG_INFO_COUNT):
        return ring_at(head)->queues.in_flight;
    case FACT(SG_TYPE_ENDPOINT, SG_INFO_STATE):
    case FACT(SG_TYPE_CLIENT, SG_INFO_STATE):
        return endpoint_first_receiver(endpoint_at(head)) != NULL;
    case FACT(SG_TYPE_NOTIFICATION, SG_INFO_COUNT):
        return notification_at(head)->count;
    case FACT(SG_TYPE_IRQ, SG_INFO_COUNT):
        return irq_at(head)->line;
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
