/* SPDX-License-Identifier: BSD-2-Clause */
/* What compete.c, where scheds wait, and choose.c, who runs next, share. */
#pragma once

#include "core/time.h"
#include "object/sched.h"

#define CPUS_FOR(sched) \
    (((sched)->cpus & machine.open_cpus) != 0 ? (sched)->cpus & machine.open_cpus : (sched)->cpus)

/* The CPUs a sched may be put on: those that are kept for another only when it has no other. */
/*@ requires \valid_read(sched);
    assigns \nothing;
    ensures exact: \result == CPUS_FOR(sched);
    ensures some: sched->cpus != 0 ==> \result != 0;
*/
static inline uint32_t cpus_for(const struct sched *sched)
{
    uint32_t open = sched->cpus & machine.open_cpus;

    return open != 0 ? open : sched->cpus;
}

/*@ requires \valid_read(sched) && \valid_read(cpu) && cpu->number < CPUS_MAX;
    assigns \nothing;
    ensures exact: \result != 0 <==> ((CPUS_FOR(sched) >> cpu->number) & 1) != 0;
*/
static inline bool may_run_on(const struct sched *sched, const struct cpu *cpu)
{
    return cpus_for(sched) >> cpu->number & 1;
}

/* Whether the CPU's timer would miss what is due next; too early does no harm, but on a CPU that is kept. */
/*@ requires \valid_read(cpu);
    requires cpu->sched != \null ==> \valid_read(cpu->sched) && \valid_read(cpu->sched->turns);
    assigns \nothing;
    ensures kept: cpu->kept_for != \null ==> \result != 0;
    ensures slice: cpu->sched != \null && cpu->sched->turns->count != 0 && \result == 0 ==>
      cpu->armed_ns <= cpu->run_since_ns + cpu->sched->slice_left_ns ||
      HAS_BUDGET(cpu->sched) &&
        cpu->armed_ns <= cpu->run_since_ns + cpu->sched->budget_left_ns;
    ensures idle: cpu->sched == \null && cpu->kept_for == \null ==> \result == 0;
*/
static inline bool is_unarmed(const struct cpu *cpu)
{
    return sched_next_event_ns(cpu) < cpu->armed_ns || cpu->kept_for != NULL;
}

/* The class a sched competes in: realtime whose budget is used up is normal until its next period. */
/*@ requires \valid(sched) && sched->periods < UINT64_MAX;
    requires \separated(sched, &machine) && \separated(sched, cpus + (0 .. CPUS_MAX - 1));
    requires \separated(sched, machine.timers.deadline + (0 .. machine.timers.count - 1),
                        machine.timers.order + (0 .. machine.timers.count - 1),
                        machine.timers.rank + (0 .. machine.timers.count - 1));
    assigns sched->refill_ns, sched->budget_left_ns, sched->periods, machine.event_next,
            machine.timers.armed, cpus[0 .. CPUS_MAX - 1].attention,
            cpus[0 .. CPUS_MAX - 1].alerted,
            machine.timers.deadline[0 .. machine.timers.count - 1],
            machine.timers.order[0 .. machine.timers.count - 1],
            machine.timers.rank[0 .. machine.timers.count - 1];
    assigns machine.timekeeper \from cpus[0 .. CPUS_MAX - 1].number;
    ensures as_set: sched->class != SG_CLASS_REALTIME || sched->budget_ns == 0 ==>
      \result == sched->class && sched->budget_left_ns == \old(sched->budget_left_ns) &&
      sched->periods == \old(sched->periods);
    ensures paid: \result == SG_CLASS_REALTIME && sched->budget_ns != 0 ==>
      sched->budget_left_ns > 0;
    ensures used_up: \result != sched->class ==>
      \result == SG_CLASS_NORMAL && sched->budget_left_ns == 0 &&
      \old(sched->budget_left_ns) == 0;
    ensures refilled: sched->budget_left_ns == \old(sched->budget_left_ns) &&
        sched->periods == \old(sched->periods) && sched->refill_ns == \old(sched->refill_ns) ||
      sched->budget_left_ns == sched->budget_ns && sched->periods == \old(sched->periods) + 1;
*/
uint8_t sched_class_now(struct sched *sched);

/* Where a sched goes: where it was, unless it may not be there or another CPU could take it at once. */
struct cpu *sched_best_cpu(const struct sched *sched);

/* Virtual time is told by the clock of each class on each CPU: a sched that comes from another one is as
   far ahead as it was there, and one that did not compete for a while is not behind. */
/*@ requires \valid(sched) && \valid_read(sched->turns) && \valid_read(cpu);
    requires class < CLASS_COUNT && cpu->number < CPUS_MAX;
    requires \separated(sched, sched->turns) && \separated(sched, cpu);
    requires CLOCK_OK(sched->turns) && CLOCK_OK(&cpu->ready.class[class]);
    assigns sched->cpu, sched->queued_class, sched->virtual_ns;
    assigns sched->turns \from cpu, class;
    ensures there: sched->cpu == cpu->number && sched->queued_class == class &&
      sched->turns == &cpu->ready.class[class];
    ensures ahead: sched->virtual_ns == \min(CLOCK_NS(sched->turns) +
      \old(\max(sched->virtual_ns - CLOCK_NS(sched->turns), 0)), UINT64_MAX);
    ensures not_behind: sched->virtual_ns >= CLOCK_NS(sched->turns);
*/
void sched_change_clock(struct sched *sched, struct cpu *cpu, uint8_t class);

/* Has a sched wait for a CPU, which is told if that concerns it; behind those whose turn it is now, or not. */
void sched_enqueue(struct sched *sched, struct cpu *cpu, bool is_behind);

/* Has a sched that was preempted, and has some of its slice left, wait before its equals. */
void sched_put_in_front(struct sched *sched);

/* Has a sched that waits wait where it may be. */
void sched_move(struct sched *sched);
