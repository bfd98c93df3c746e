/* SPDX-License-Identifier: BSD-2-Clause */
/* What compete.c, where scheds wait, and choose.c, who runs next, share. */
#pragma once

#include "core/time.h"
#include "object/sched.h"

/* The CPUs a sched may be put on: those that are kept for another only when it has no other. */
static inline uint32_t cpus_for(const struct sched *sched)
{
    uint32_t open = sched->cpus & machine.open_cpus;

    return open != 0 ? open : sched->cpus;
}

static inline bool may_run_on(const struct sched *sched, const struct cpu *cpu)
{
    return cpus_for(sched) >> cpu->number & 1;
}

/* Whether the CPU's timer would miss what is due next; too early does no harm, but on a CPU that is kept. */
static inline bool is_unarmed(const struct cpu *cpu)
{
    return sched_next_event_ns(cpu) < cpu->armed_ns || cpu->kept_for != NULL;
}

enum position { IN_FRONT, IN_ORDER, BEHIND };

/* The class a sched competes in: realtime whose budget is used up is normal until its next period. */
uint8_t sched_class_now(struct sched *sched);

/* Where a sched goes: where it was, unless it may not be there or another CPU could take it at once. */
struct cpu *sched_best_cpu(const struct sched *sched);

/* Virtual time is told by the clock of each class on each CPU: a sched that comes from another one is as
   far ahead as it was there, and one that did not compete for a while is not behind. */
void sched_change_clock(struct sched *sched, struct cpu *cpu, uint8_t class);

/* Has a sched wait for a CPU, which is told if that concerns it. */
void sched_enqueue(struct sched *sched, struct cpu *cpu, enum position position);

/* Has a sched that waits wait where it may be. */
void sched_move(struct sched *sched);
