/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/event.h"

#include "core/shared.h"
#include "object/ring.h"
#include "object/thread.h"

static uint32_t thread_frame(const struct thread *thread)
{
    return thread != NULL ? arch_pointer_frame(thread) : 0;
}

uint32_t event_owner(const struct op *op)
{
    return thread_frame(op_thread(op));
}

/* A reader that meets a place half-written sees no sequence that it looks for. */
void event_record(enum sg_event_kind kind, uint32_t object, uint64_t value)
{
    struct sg_event_ring *ring = machine.events;
    const struct cpu *cpu = arch_cpu();
    uint32_t sequence = machine.event_next;

    if (ring == NULL)
        return;
    struct sg_event *event =
        (struct sg_event *)((uint8_t *)ring + SG_EVENTS_AT) + sequence % SG_EVENT_PLACES;
    shared_store(&event->sequence, ~sequence);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    event->time_ns = arch_now_ns();
    event->kind = (uint8_t)kind;
    event->cpu = (uint8_t)cpu->number;
    event->process = cpu->current != NULL ? (uint16_t)cpu->current->fault_client.badge : 0;
    event->thread = thread_frame(cpu->current);
    event->object = object;
    event->value = value;
    shared_store(&event->sequence, sequence);
    machine.event_next = sequence + 1;
    shared_store(&ring->next, sequence + 1);
}

void event_choose(uint32_t mask)
{
    machine.event_mask = mask | SG_EVENTS_ALWAYS;
    machine.events->recorded = machine.event_mask;
    cpu_work(WORK_MAX);
    if (event_allows_short_way())
        return; /* threads take it again as they are switched to */
    for (uint32_t i = 0; i < THREADS_MAX; i++)
        if (machine.timer_thread[i] != NULL)
            machine.timer_thread[i]->short_slot_count = 0;
}
