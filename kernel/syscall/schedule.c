/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/schedule.h"

#include "object/event.h"

struct thread *schedule(struct cpu *cpu)
{
    cpu->has_moved = false;
    if (LIKELY(!cpu->reschedule && cpu->sched != NULL)) {
        struct thread *thread = sched_runner(cpu);

        if (LIKELY(thread != NULL))
            return thread;
    }
    return sched_choose(cpu);
}

/* A CPU never runs or idles without its timer armed for the next deadline or slice end. */
static void program_timer(struct cpu *cpu)
{
    uint64_t due_ns = sched_next_event_ns(cpu);

    cpu->timer_stale = false;
    if (machine.timers.armed > 0) {
        uint64_t deadline_ns = machine.timers.deadline[timers_first(&machine.timers)];

        if (deadline_ns < due_ns)
            due_ns = deadline_ns;
    }
    if (due_ns == cpu->armed_ns)
        return;
    cpu->armed_ns = due_ns;
    arch_timer_arm(due_ns);
}

void schedule_switch(struct cpu *cpu, struct thread *next)
{
    struct thread *previous = cpu->current;

    if (LIKELY(previous != next)) {
        cpu->current = next;
        EVENT(SG_EVENT_SWITCH, 0, 0);
        arch_switch(previous, next);
    }
    if (UNLIKELY(cpu->timer_stale))
        program_timer(cpu);
}
