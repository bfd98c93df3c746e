/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of time share: placing processes, and init out of their way. */
#pragma once

#include "kernel_test.h"

#include "object/sched.h"

static inline uint64_t cpu_handle(void)
{
    return sg_handle_word(fixture.info->cpu[0]);
}

static inline int place(const struct process *process, uint64_t class, uint64_t weight,
                        uint64_t budget_ns, uint64_t period_ns)
{
    return OBJECT(fixture.init, cpu_handle(), SG_CPU_PLACE, NULL, process->sched,
                  class | weight << 32, budget_ns, period_ns);
}

/* Init waits until everybody else is done; a notification of its own ends that. */
static uint64_t bell;

static inline void init_waits(void)
{
    expect_equal(OBJECT(fixture.init, bell, SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
}

static inline void init_goes_on(const struct process *process, uint64_t at_process)
{
    expect_equal(OBJECT(process->tcb, at_process, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    user_run(fixture.init);
}
