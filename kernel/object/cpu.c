/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/cpu.h"

#include "object/event.h"
#include "object/sched.h"
#include "object/thread.h"

/* (sched, class | weight << 32, budget_ns, period_ns) */
static enum sg_status call_place(struct invocation *invocation)
{
    uint64_t class = (uint32_t)invocation->argument[1];
    uint64_t weight = invocation->argument[1] >> 32;
    uint64_t budget_ns = invocation->argument[2];
    uint64_t period_ns = invocation->argument[3];
    uint32_t sched;
    enum sg_status status =
        capability_require(thread_cspace(invocation->thread), invocation->argument[0],
                           SG_TYPE_SCHED, SG_SCHED_LOWER, &sched);

    if (status != SG_OK)
        return status;
    if (class > SG_CLASS_REALTIME || weight == 0 || weight > SG_WEIGHT_MAX ||
        period_ns > SG_PERIOD_MAX_NS || budget_ns > period_ns)
        return SG_BAD_ARGUMENT;
    if ((class == SG_CLASS_REALTIME) != (budget_ns != 0))
        return SG_BAD_ARGUMENT;
    sched_set(sched_at(sched), (uint8_t) class, (uint32_t)weight, budget_ns, period_ns);
    return SG_OK;
}

enum sg_status cpu_call(struct invocation *invocation)
{
    switch (invocation->method) {
    case SG_CPU_PLACE:
        return call_place(invocation);
    case SG_CPU_NOW:
        invocation->value = arch_now_ns();
        return SG_OK;
    case SG_CPU_RECORD:
        if (invocation->argument[0] & ~(uint64_t)SG_EVENTS_ALL)
            return SG_BAD_ARGUMENT;
        event_choose((uint32_t)invocation->argument[0]);
        return SG_OK;
    default:
        return SG_BAD_OPERATION;
    }
}

enum sg_status cpu_info(uint32_t head, uint32_t selector, uint64_t *value)
{
    switch (selector) {
    case SG_INFO_NOW_NS:
        *value = arch_now_ns();
        return SG_OK;
    case SG_INFO_COUNT:
        *value = cpu_object_at(head)->number;
        return SG_OK;
    default:
        return SG_BAD_ARGUMENT;
    }
}
