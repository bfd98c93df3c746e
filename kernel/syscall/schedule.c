/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/schedule.h"

#include "core/time.h"
#include "object/event.h"

/* What can wait interrupts a CPU NUDGES_AT_ONCE times in a row and then once in NUDGE_NS. */
#define NUDGE_NS UINT64_C(200000)
#define NUDGES_AT_ONCE 16u

struct thread *schedule(struct cpu *cpu)
{
    cpu->is_nudged = false;
    if (cpu->has_moved)
        sched_let_go(cpu);
    cpu->has_moved = false;
    struct thread *thread =
        LIKELY(!cpu->reschedule && cpu->sched != NULL) ? sched_runner(cpu) : NULL;
    if (UNLIKELY(thread == NULL))
        thread = sched_choose(cpu);
    if (UNLIKELY(machine.idle_cpus != 0))
        sched_share(cpu);
    return thread;
}

/* A token bucket: whether a CPU may be interrupted now for what can wait. */
static bool may_nudge(struct cpu *cpu, uint64_t now_ns)
{
    uint64_t full_ns = time_subtract(now_ns, NUDGE_NS * NUDGES_AT_ONCE);
    uint64_t again_ns = cpu->nudge_again_ns > full_ns ? cpu->nudge_again_ns : full_ns;

    if (again_ns <= now_ns)
        cpu->nudge_again_ns = again_ns + NUDGE_NS;
    return again_ns <= now_ns;
}

/* Interrupts the CPUs that have to look again, unless they have looked meanwhile or will. That the slice
   of the one that runs has an end now can wait: those it is too early for stay in the set. */
static RARELY void nudge_others(struct cpu *cpu)
{
    uint16_t later = 0;

    for (uint32_t left = cpu->alerted; left != 0; left &= left - 1) {
        struct cpu *other = &cpus[__builtin_ctz(left)];

        if (!(other->reschedule || other->timer_stale) || other->is_nudged)
            continue;
        if (!other->reschedule && other->sched != NULL && !may_nudge(other, arch_now_ns())) {
            later |= (uint16_t)(1u << other->number);
            continue;
        }
        other->is_nudged = true;
        other->nudges++;
        arch_nudge(other->number);
    }
    cpu->alerted = later;
    cpu->has_alerted = false;
    cpu->timer_stale |= later != 0;
}

/* A CPU never runs or idles without its timer armed for what is due next: the end of a slice or budget,
   the first deadline if it keeps them, interrupting a CPU for which it was too early. */
static void program_timer(struct cpu *cpu)
{
    uint64_t due_ns = sched_next_event_ns(cpu);

    cpu->timer_stale = false;
    if (cpu == machine.timekeeper && machine.timers.armed > 0) {
        uint64_t deadline_ns = machine.timers.deadline[timers_first(&machine.timers)];

        if (deadline_ns < due_ns)
            due_ns = deadline_ns;
    }
    if (cpu->alerted != 0 && arch_now_ns() + NUDGE_NS < due_ns)
        due_ns = arch_now_ns() + NUDGE_NS;
    if (due_ns == cpu->armed_ns || (due_ns > cpu->armed_ns && cpu->kept_for == NULL))
        return; /* too early does no harm, and saves two of three times */
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
    if (next != NULL && UNLIKELY(next->short_slot_count == 0))
        thread_choose_way(next);
    if (UNLIKELY(cpu->has_alerted))
        nudge_others(cpu);
    if (UNLIKELY(cpu->timer_stale))
        program_timer(cpu);
}
