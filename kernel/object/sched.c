/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/sched.h"

#include "core/time.h"
#include "object/event.h"

#define SLICE_NS UINT64_C(5000000) /* at SG_WEIGHT_DEFAULT */

/* Normal, or the class of who creates it if that is lower: nobody rises on a sched of his own making. */
void sched_create(uint32_t head, const struct create_parameters *parameters)
{
    struct sched *sched = sched_at(head);
    const struct thread *creator = arch_cpu()->current; /* NULL at boot */
    uint8_t class = SG_CLASS_NORMAL;

    (void)parameters;
    if (creator != NULL && creator->home->class < class)
        class = creator->home->class;
    list_init(&sched->link);
    sched_set(sched, class, SG_WEIGHT_DEFAULT, 0, 0);
}

void sched_set(struct sched *sched, uint8_t class, uint32_t weight, uint64_t budget_ns,
               uint64_t period_ns)
{
    bool was_queued = sched->is_queued;

    if (was_queued)
        sched_block(sched);
    sched->class = class;
    sched->queued_class = class;
    sched->weight = weight;
    sched->budget_ns = budget_ns;
    sched->period_ns = period_ns;
    sched->budget_left_ns = budget_ns;
    sched->refill_ns = 0;
    sched->slice_left_ns = time_slice_ns(weight, SLICE_NS);
    if (was_queued)
        sched_ready(sched, sched->thread);
    if (sched->is_current)
        arch_cpu()->reschedule = true;
}

/* Sees to it that the next period begins on time, whoever runs then. */
static void await_refill(const struct sched *sched)
{
    uint32_t timer = REFILLS_FIRST + sched->home->timer;

    timers_cancel(&machine.timers, timer);
    timers_arm(&machine.timers, timer, sched->refill_ns);
    arch_cpu()->timer_stale = true;
}

/* The class a sched competes in: realtime whose budget is used up is normal until its next period. */
static uint8_t class_now(struct sched *sched)
{
    if (sched->class != SG_CLASS_REALTIME || sched->budget_ns == 0)
        return sched->class;
    uint64_t now_ns = arch_now_ns();
    if (now_ns >= sched->refill_ns) {
        sched->budget_left_ns = sched->budget_ns;
        sched->refill_ns = time_add(now_ns, sched->period_ns);
    }
    if (sched->budget_left_ns > 0)
        return SG_CLASS_REALTIME;
    if (sched->home != NULL) {
        EVENT(SG_EVENT_BUDGET, arch_pointer_frame(sched->home), 0);
        await_refill(sched);
    }
    return SG_CLASS_NORMAL;
}

/* The CPU whose queue a sched is in; there is one CPU that runs threads. */
static struct cpu *cpu_of(const struct sched *sched)
{
    (void)sched;
    return arch_cpu();
}

void sched_ready(struct sched *sched, struct thread *thread)
{
    struct cpu *cpu = cpu_of(sched);

    sched->thread = thread;
    if (sched->is_queued || sched->is_current)
        return;
    sched->queued_class = class_now(sched);
    run_queue_push(&cpu->ready, &sched->link, sched->queued_class);
    sched->is_queued = true;
    if (cpu->sched == NULL || sched->queued_class > cpu->sched->queued_class)
        cpu->reschedule = true;
    else if (sched->queued_class == cpu->sched->queued_class)
        cpu->timer_stale = true; /* from here on the slice of the running one has an end */
}

void sched_block(struct sched *sched)
{
    struct cpu *cpu = cpu_of(sched);

    if (sched->is_queued) {
        run_queue_remove(&cpu->ready, &sched->link, sched->queued_class);
        sched->is_queued = false;
    }
    if (sched->is_current)
        cpu->reschedule = true;
}

void sched_take_back(struct sched *sched, struct thread *thread)
{
    sched->thread = thread;
    if (sched->is_current)
        cpu_of(sched)->has_moved = true;
}

void sched_refill(struct sched *sched)
{
    if (sched->is_queued) {
        sched_block(sched);
        sched_ready(sched, sched->thread);
    } else if (sched->is_current) {
        arch_cpu()->reschedule = true;
    }
}

void sched_yield(const struct thread *thread)
{
    struct sched *sched = thread_sched(thread);

    if (sched != NULL && sched->is_current) {
        sched->slice_left_ns = 0;
        arch_cpu()->reschedule = true;
    }
}

/* Whether a thread is ready to run on a sched. */
static bool runs_on(const struct thread *thread, const struct sched *sched)
{
    return thread != NULL && thread->state == SG_THREAD_READY && thread_sched(thread) == sched;
}

/* Takes the time since run_since off the CPU's sched. */
static void charge(struct cpu *cpu, uint64_t now_ns)
{
    struct sched *sched = cpu->sched;
    uint64_t ran_ns = time_subtract(now_ns, cpu->run_since_ns);

    sched->consumed_ns = time_add(sched->consumed_ns, ran_ns);
    sched->slice_left_ns = time_subtract(sched->slice_left_ns, ran_ns);
    sched->budget_left_ns = time_subtract(sched->budget_left_ns, ran_ns);
    cpu->run_since_ns = now_ns;
}

/* Puts the CPU's sched back: in front when it was only preempted by a higher class, behind its equals
   when its slice is over or its equals are others now, nowhere when its thread cannot run. */
static void put_back(struct cpu *cpu, uint64_t now_ns)
{
    struct sched *sched = cpu->sched;

    charge(cpu, now_ns);
    if (cpu->current != NULL && thread_sched(cpu->current) == sched)
        sched->thread = cpu->current;
    cpu->sched = NULL;
    sched->is_current = false;
    if (!runs_on(sched->thread, sched))
        return;
    uint8_t class = class_now(sched);
    bool is_preempted = sched->slice_left_ns > 0 && class == sched->queued_class;
    sched->queued_class = class;
    if (is_preempted)
        run_queue_push_front(&cpu->ready, &sched->link, sched->queued_class);
    else
        run_queue_push(&cpu->ready, &sched->link, sched->queued_class);
    sched->is_queued = true;
}

static void run(struct cpu *cpu, struct sched *sched, uint64_t now_ns)
{
    run_queue_remove(&cpu->ready, &sched->link, sched->queued_class);
    sched->is_queued = false;
    sched->is_current = true;
    if (sched->slice_left_ns == 0)
        sched->slice_left_ns = time_slice_ns(sched->weight, SLICE_NS);
    cpu->sched = sched;
    cpu->run_since_ns = now_ns;
}

struct thread *sched_runner(const struct cpu *cpu)
{
    if (runs_on(cpu->current, cpu->sched))
        return cpu->current;
    return runs_on(cpu->sched->thread, cpu->sched) ? cpu->sched->thread : NULL;
}

struct thread *sched_choose(struct cpu *cpu)
{
    uint64_t now_ns = arch_now_ns();

    cpu->reschedule = false;
    cpu->timer_stale = true;
    if (cpu->sched != NULL)
        put_back(cpu, now_ns);
    uint32_t class = run_queue_class(&cpu->ready);
    if (class == CLASS_COUNT)
        return NULL;
    run(cpu, CONTAINER_OF(cpu->ready.class[class].next, struct sched, link), now_ns);
    return cpu->sched->thread;
}

uint64_t sched_next_event_ns(const struct cpu *cpu)
{
    const struct sched *sched = cpu->sched;
    uint64_t left_ns = UINT64_MAX;

    if (sched == NULL)
        return UINT64_MAX;
    if (!list_is_empty(&cpu->ready.class[sched->queued_class]))
        left_ns = sched->slice_left_ns;
    if (sched->queued_class == SG_CLASS_REALTIME && sched->budget_ns != 0 &&
        sched->budget_left_ns < left_ns)
        left_ns = sched->budget_left_ns;
    return time_add(cpu->run_since_ns, left_ns);
}

/* What is left of slice, budget and period stays: lowering oneself gains nothing. */
static void lower(struct sched *sched, uint8_t class, uint32_t weight)
{
    bool was_queued = sched->is_queued;

    if (was_queued)
        sched_block(sched);
    sched->class = class;
    sched->weight = weight;
    sched->queued_class = class_now(sched);
    if (was_queued)
        sched_ready(sched, sched->thread);
    if (sched->is_current)
        arch_cpu()->reschedule = true;
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
    lower(sched, (uint8_t) class, (uint32_t)weight);
    return SG_OK;
}

bool sched_dismantle(uint32_t head)
{
    struct sched *sched = sched_at(head);

    if (sched->home != NULL && !thread_unbind(sched->home))
        return false;
    return sched->home == NULL && !sched->is_current;
}

enum sg_status sched_info(uint32_t head, uint32_t selector, uint64_t *value)
{
    const struct sched *sched = sched_at(head);

    switch (selector) {
    case SG_INFO_CPU_NS:
        *value = sched->consumed_ns;
        if (sched->is_current)
            *value = time_add(*value, time_subtract(arch_now_ns(), arch_cpu()->run_since_ns));
        return SG_OK;
    case SG_INFO_CLASS:
        *value = sched->class;
        return SG_OK;
    default:
        return SG_BAD_ARGUMENT;
    }
}
