/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step before a CPU leaves the kernel: who runs, on which sched, until when. */
#pragma once

#include "object/sched.h"
#include "object/thread.h"

/* Whether nothing has happened that could make the CPU run another thread than it does. */
static inline bool schedule_goes_on(const struct cpu *cpu, const struct thread *current)
{
    return cpu->attention == 0 && current->status == THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
}

/* The thread the CPU is to run, or NULL. Stays on the present sched, whoever runs on it now, unless
   something better may have become ready. */
struct thread *schedule(struct cpu *cpu);

/* Makes the CPU run as that thread, and arms its timer for the next thing due. */
void schedule_switch(struct cpu *cpu, struct thread *next);
