/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests on several CPUs ask of them. */
#pragma once

#include "ipc.h"

#include "object/sched.h"

static inline uint64_t cpu_handle(uint32_t number)
{
    return sg_handle_word(fixture.info->cpu[number]);
}

static inline int pin(const struct process *process, uint32_t number)
{
    return OBJECT(fixture.init, cpu_handle(number), SG_CPU_PIN, NULL, process->sched);
}

static inline int place(const struct process *process, uint32_t number, uint64_t class)
{
    return OBJECT(fixture.init, cpu_handle(number), SG_CPU_PLACE, NULL, process->sched,
                  class | UINT64_C(100) << 32, 0, 0);
}

static inline int keep(const struct process *process, uint32_t number)
{
    return OBJECT(fixture.init, cpu_handle(number), SG_CPU_KEEP, NULL, process->sched);
}

static inline uint64_t fact(uint64_t handle, uint32_t selector)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, handle, SG_INFO, &value, selector), SG_OK);
    return value;
}

static inline const struct sched *sched_of(const struct process *process)
{
    return process->tcb->home;
}

/* A process that never waits, on one CPU. */
static inline struct process hog(uint32_t number)
{
    struct process process = fixture_process(0);

    expect_equal(pin(&process, number), SG_OK);
    return process;
}
