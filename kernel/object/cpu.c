/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/cpu.h"

#include "object/event.h"
#include "object/sched.h"
#include "object/thread.h"

/* (sched, class | weight << 32, budget_ns, period_ns) */
static enum sg_status place(const struct invocation *invocation, struct sched *sched, uint16_t bit)
{
    uint64_t class = (uint32_t)invocation->argument[1];
    uint64_t weight = invocation->argument[1] >> 32;
    uint64_t budget_ns = invocation->argument[2];
    uint64_t period_ns = invocation->argument[3];

    if (class > SG_CLASS_REALTIME || weight == 0 || weight > SG_WEIGHT_MAX ||
        period_ns > SG_PERIOD_MAX_NS || budget_ns > period_ns ||
        (class == SG_CLASS_REALTIME) != (budget_ns != 0))
        return SG_BAD_ARGUMENT;
    sched->cpus |= bit;
    sched_set(sched, (uint8_t) class, (uint32_t)weight, budget_ns, period_ns);
    return SG_OK;
}

/* Lets everybody come again. */
static void open_up(struct cpu *cpu)
{
    cpu->kept_for = NULL;
    machine.open_cpus |= UINT32_C(1) << cpu->number;
    cpu_alert(cpu, ALERT_RESCHEDULE);
}

/* The sched comes last, when those who waited there have gone. */
static enum sg_status keep(const struct invocation *invocation, struct cpu *cpu,
                           struct sched *sched)
{
    if (cpu->number == 0)
        return SG_BAD_ARGUMENT;
    if (cpu->kept_for != NULL && cpu->kept_for != sched)
        return SG_BUSY;
    cpu->kept_for = sched;
    cpu->keeper = capability_in(invocation->target.slot);
    machine.open_cpus &= ~(UINT32_C(1) << cpu->number);
    if (machine.timekeeper == cpu)
        keep_time(cpu);
    bool was_queued = sched->is_queued;
    if (was_queued)
        sched_block(sched);
    enum sg_status status = sched_evict(cpu);
    if (status == SG_BUSY)
        open_up(cpu);
    if (was_queued)
        sched_ready(sched, sched->thread);
    if (status == SG_OK)
        sched_set_cpus(sched, (uint16_t)(1u << cpu->number));
    cpu_alert(cpu, ALERT_RESCHEDULE);
    return status;
}

void cpus_open(const struct sched *gone)
{
    uint32_t object;

    for (uint32_t i = 1; i < machine.cpu_count; i++) {
        struct cpu *cpu = &cpus[i];

        if (cpu->kept_for != NULL &&
            (cpu->kept_for == gone || capability_follow(&cpu->keeper, &object) != SG_OK))
            open_up(cpu);
    }
}

/* PLACE, PIN and KEEP are about a sched. */
static enum sg_status call_with_sched(const struct invocation *invocation, struct cpu *cpu)
{
    uint16_t bit = (uint16_t)(1u << cpu->number);
    uint32_t head;
    enum sg_status status =
        capability_require(thread_cspace(invocation->thread), invocation->argument[0],
                           SG_TYPE_SCHED, SG_SCHED_LOWER, &head);

    if (status != SG_OK)
        return status;
    if (invocation->method == SG_CPU_PLACE)
        return place(invocation, sched_at(head), bit);
    if (invocation->method == SG_CPU_KEEP)
        return keep(invocation, cpu, sched_at(head));
    cpus_open(sched_at(head));
    sched_set_cpus(sched_at(head), bit);
    return SG_OK;
}

enum sg_status cpu_call(struct invocation *invocation)
{
    struct cpu *cpu = cpu_at(invocation->target.object);

    switch (invocation->method) {
    case SG_CPU_PLACE:
    case SG_CPU_PIN:
    case SG_CPU_KEEP:
        return call_with_sched(invocation, cpu);
    case SG_CPU_NOW:
        invocation->value = arch_now_ns();
        return SG_OK;
    case SG_CPU_RECORD:
        if (invocation->argument[0] & ~(uint64_t)SG_EVENTS_ALL)
            return SG_BAD_ARGUMENT;
        event_choose((uint32_t)invocation->argument[0]);
        return SG_OK;
    case SG_CPU_SHARE:
        if (cpu->kept_for != NULL)
            open_up(cpu);
        return SG_OK;
    default:
        return SG_BAD_OPERATION;
    }
}
