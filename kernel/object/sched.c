/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/sched.h"

#include "core/time.h"
#include "object/cpu.h"

/* Normal, or the class of who creates it if that is lower, and on the CPUs of who creates it: nobody
   rises on a sched of his own making. */
void sched_create(uint32_t head, UNUSED const struct create_parameters *parameters)
{
    struct sched *sched = sched_at(head);
    const struct thread *creator = arch_cpu()->current; /* NULL at boot */
    uint8_t class = SG_CLASS_NORMAL;

    if (creator != NULL && creator->home->class < class)
        class = creator->home->class;
    sched->cpus = creator != NULL ? creator->home->cpus : (uint16_t)machine.open_cpus;
    sched->cpu = (uint8_t)arch_cpu()->number;
    sched->turns = &arch_cpu()->ready.class[SG_CLASS_IDLE];
    list_init(&sched->link);
    sched_set(sched, class, SG_WEIGHT_DEFAULT, 0, 0);
}

void sched_set(struct sched *sched, uint8_t class, uint32_t weight, uint64_t budget_ns,
               uint64_t period_ns)
{
    sched->class = class;
    sched->weight = weight;
    sched->virtual_rest = 0;
    sched->budget_ns = budget_ns;
    sched->period_ns = period_ns;
    sched->budget_left_ns = budget_ns;
    sched->refill_ns = 0;
    sched->slice_left_ns = time_slice_ns(weight, SLICE_NS);
    sched_reconsider(sched);
}

void sched_set_cpus(struct sched *sched, uint16_t allowed)
{
    sched->cpus = allowed;
    sched_reconsider(sched);
}

enum sg_status sched_call(struct invocation *invocation)
{
    struct sched *sched = sched_at(invocation->target.object);
    uint64_t class = invocation->argument[0];
    uint64_t weight = invocation->argument[1];

    if (invocation->method != SG_SCHED_LOWER)
        return SG_BAD_OPERATION;
    if (class > SG_CLASS_REALTIME || weight == 0 || weight > SG_WEIGHT_MAX)
        return SG_BAD_ARGUMENT;
    if (class > sched->class || weight > sched->weight)
        return SG_DENIED;
    if (class == SG_CLASS_INTERACTIVE && sched->budget_ns != 0)
        return SG_DENIED; /* it knows no budget, and comes before normal */
    /* What is left of slice, budget and period stays: lowering oneself gains nothing. */
    sched->class = (uint8_t) class;
    sched->weight = (uint32_t)weight;
    sched->virtual_rest = 0;
    sched_reconsider(sched);
    return SG_OK;
}

bool sched_dismantle(uint32_t head)
{
    struct sched *sched = sched_at(head);

    if ((sched->home != NULL && !thread_unbind(sched->home)) || sched->is_current)
        return false;
    cpus_open(sched);
    return true;
}

uint64_t sched_consumed_ns(const struct sched *sched)
{
    uint64_t since_ns = sched->is_current ? sched_cpu(sched)->run_since_ns : UINT64_MAX;

    return time_add(sched->consumed_ns, time_subtract(arch_now_ns(), since_ns));
}
