/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs next on a CPU, what that costs whom, and what an idle CPU takes over from others. */
#include "object/compete.h"
#include "object/event.h"

#define LOOK_MAX 16u      /* scheds of one CPU and class an idle CPU looks at */
#define EVICTIONS_MAX 32u /* scheds sent away in one step */

/* Whether a thread is ready to run on a sched. */
static bool runs_on(const struct thread *thread, const struct sched *sched)
{
    return thread != NULL && thread->state == SG_THREAD_READY && thread_sched(thread) == sched;
}

/* Has the virtual time of a sched that ran pass, by its weight and at most to a clock's end. */
/*@ requires \valid(sched) && WEIGHT_OK(sched);
    assigns sched->virtual_ns, sched->virtual_rest;
    ensures rest: WEIGHT_OK(sched);
    ensures most: sched->virtual_ns <= most_ns;
    ensures exact: sched->virtual_ns < most_ns ==>
      sched->virtual_ns * sched->weight + sched->virtual_rest ==
        \old(sched->virtual_ns) * sched->weight + ran_ns * SG_WEIGHT_DEFAULT + \old(sched->virtual_rest);
    ensures onwards: \old(sched->virtual_ns) <= most_ns ==>
      sched->virtual_ns >= \old(sched->virtual_ns);
*/
static inline void pass(struct sched *sched, uint64_t ran_ns, uint64_t most_ns)
{
    if (UNLIKELY(sched->weight != SG_WEIGHT_DEFAULT))
        ran_ns = time_by_weight(ran_ns, sched->weight, &sched->virtual_rest);
    uint64_t passed_ns = time_add(sched->virtual_ns, ran_ns);
    sched->virtual_ns = passed_ns < most_ns ? passed_ns : most_ns;
}

/* Takes the time since run_since off the CPU's sched. While nobody waited, it costs at most a turn. */
/*@ requires sched == cpu->sched;
    requires \valid(cpu) && \valid(cpu->sched) && \valid_read(cpu->sched->turns);
    requires \separated(cpu->sched, cpu) && \separated(cpu->sched, cpu->sched->turns);
    requires WEIGHT_OK(cpu->sched) && CLOCK_OK(cpu->sched->turns);
    requires cpu->sched->depletions < UINT64_MAX;
    assigns cpu->run_since_ns, cpu->sched->consumed_ns, cpu->sched->slice_left_ns,
            cpu->sched->virtual_ns, cpu->sched->virtual_rest, cpu->sched->depletions,
            cpu->sched->budget_left_ns;
    ensures since: cpu->run_since_ns == now_ns;
    ensures consumed: cpu->sched->consumed_ns ==
      \old(\min(cpu->sched->consumed_ns + RAN_NS(cpu, now_ns), UINT64_MAX));
    ensures slice: cpu->sched->slice_left_ns ==
      \old(\max(cpu->sched->slice_left_ns - RAN_NS(cpu, now_ns), 0));
    ensures budget: cpu->sched->budget_left_ns ==
      \old(\max(cpu->sched->budget_left_ns - RAN_NS(cpu, now_ns), 0));
    ensures used_up: cpu->sched->depletions == \old(cpu->sched->depletions) + 1 <==>
      \old(cpu->sched->budget_left_ns) > 0 && cpu->sched->budget_left_ns == 0;
    ensures or_not: cpu->sched->depletions == \old(cpu->sched->depletions) ||
      cpu->sched->depletions == \old(cpu->sched->depletions) + 1;
    ensures rest: WEIGHT_OK(cpu->sched);
    ensures exact: !cpu->ran_alone && cpu->sched->virtual_ns < UINT64_MAX &&
      cpu->sched->weight == SG_WEIGHT_DEFAULT ==>
        cpu->sched->virtual_ns == \old(cpu->sched->virtual_ns + RAN_NS(cpu, now_ns));
    ensures onwards: !cpu->ran_alone ==> cpu->sched->virtual_ns >= \old(cpu->sched->virtual_ns);
    ensures alone: cpu->ran_alone ==>
      cpu->sched->virtual_ns < (\old(cpu->sched->turns->now) + 2) * SLICE_NS;
*/
static ALWAYS_INLINE void charge(struct cpu *cpu, struct sched *sched, uint64_t now_ns)
{
    uint64_t ran_ns = time_subtract(now_ns, cpu->run_since_ns);
    uint64_t most_ns = cpu->ran_alone ? (sched->turns->now + 2) * SLICE_NS - 1 : UINT64_MAX;

    sched->consumed_ns = time_add(sched->consumed_ns, ran_ns);
    sched->slice_left_ns = time_subtract(sched->slice_left_ns, ran_ns);
    if (UNLIKELY(sched->budget_left_ns != 0)) {
        sched->depletions += sched->budget_left_ns <= ran_ns;
        sched->budget_left_ns = time_subtract(sched->budget_left_ns, ran_ns);
    }
    pass(sched, ran_ns, most_ns);
    cpu->run_since_ns = now_ns;
}

/* Puts the CPU's sched back: in front when it was only preempted by a higher class, behind its equals
   when its slice is over or its equals are others now, nowhere when its thread cannot run. */
static void put_back(struct cpu *cpu, uint64_t now_ns)
{
    struct sched *sched = cpu->sched;

    charge(cpu, sched, now_ns);
    if (cpu->current != NULL && thread_sched(cpu->current) == sched)
        sched->thread = cpu->current;
    cpu->sched = NULL;
    sched->is_current = false;
    if (!runs_on(sched->thread, sched))
        return;
    if (sched->slice_left_ns != 0 && sched_class_now(sched) == sched->queued_class &&
        may_run_on(sched, cpu))
        sched_put_in_front(sched);
    else
        sched_enqueue(sched, may_run_on(sched, cpu) ? cpu : sched_best_cpu(sched),
                      sched->slice_left_ns == 0);
}

/* The first sched of a class that waits for one CPU and may run on another, or NULL. */
static RARELY struct sched *find_in_class(struct turns *turns, const struct cpu *to,
                                          const struct thread *stays)
{
    uint32_t looks = turns->count < LOOK_MAX ? turns->count : LOOK_MAX;

    for (uint64_t turn = turns->now; looks > 0; turn++) {
        const struct link *list = turns_list(turns, turn);

        for (struct link *link = list->next; link != list && looks > 0;
             link = link->next, looks--) {
            struct sched *sched = CONTAINER_OF(link, struct sched, link);

            if (may_run_on(sched, to) && sched->thread != stays)
                return sched;
        }
    }
    return NULL;
}

/* The same for the highest class that has one, but for that of a thread whose registers are there. */
static RARELY struct sched *find_movable(struct cpu *from, const struct cpu *to,
                                         const struct thread *stays)
{
    struct sched *found = NULL;

    for (uint32_t class = CLASS_COUNT; class -- > 0 && found == NULL;)
        if (from->ready.class[class].count != 0)
            found = find_in_class(&from->ready.class[class], to, stays);
    return found;
}

/* What a CPU with nothing to do takes over: the first of the highest class that has one, or NULL. */
static RARELY struct sched *steal(struct cpu *cpu)
{
    struct sched *best = NULL;

    for (uint32_t i = 1; i < machine.cpu_count; i++) {
        struct cpu *from = &cpus[(cpu->number + i) % machine.cpu_count];
        struct sched *sched = find_movable(from, cpu, from->current);

        if (sched != NULL && (best == NULL || sched->queued_class > best->queued_class))
            best = sched;
    }
    if (best != NULL) {
        sched_block(best);
        sched_change_clock(best, cpu, best->queued_class);
        cpu->stolen++;
    }
    return best;
}

/* Has a CPU with nothing to do come for one of those who wait for a CPU. */
static RARELY void share(struct cpu *cpu)
{
    for (uint32_t idle = machine.idle_cpus; idle != 0; idle &= idle - 1) {
        struct cpu *other = &cpus[__builtin_ctz(idle)];

        if (find_movable(cpu, other, NULL) == NULL)
            continue;
        machine.idle_cpus &= ~(UINT32_C(1) << other->number);
        cpu_alert(other, ALERT_RESCHEDULE);
        return;
    }
}

void sched_share(struct cpu *cpu)
{
    bool may_have_failed = cpu->was_idle && cpu->sched != NULL;

    share(cpu);
    for (uint32_t i = 0; may_have_failed && i < machine.cpu_count; i++)
        share(&cpus[i]);
    cpu->was_idle = cpu->sched == NULL;
}

/* The next of a CPU's own, or NULL. */
static struct sched *next_of(struct cpu *cpu)
{
    uint32_t class = run_queue_class(&cpu->ready);

    if (class == CLASS_COUNT)
        return NULL;
    return CONTAINER_OF(turns_first(&cpu->ready.class[class]), struct sched, link);
}

RARELY enum sg_status sched_evict(struct cpu *cpu)
{
    for (uint32_t i = 0; i < EVICTIONS_MAX; i++) {
        struct sched *sched = next_of(cpu);

        if (sched == NULL)
            return SG_OK;
        if (may_run_on(sched, cpu))
            return SG_BUSY;
        if (cpu->current == sched->thread)
            break; /* its registers are in there */
        sched_move(sched);
    }
    return SG_AGAIN;
}

struct thread *sched_runner(const struct cpu *cpu)
{
    if (runs_on(cpu->current, cpu->sched))
        return cpu->current;
    return runs_on(cpu->sched->thread, cpu->sched) ? cpu->sched->thread : NULL;
}

void sched_let_go(struct cpu *cpu)
{
    struct sched *sched = cpu->current != NULL ? thread_sched(cpu->current) : NULL;

    if (sched == NULL || !sched->is_queued || may_run_on(sched, cpu))
        return;
    sched_move(sched);
}

/* The CPU runs a sched, which has some of its slice left, from run_since on. */
static ALWAYS_INLINE struct thread *take_over(struct cpu *cpu, struct sched *sched)
{
    cpu->reschedule = false;
    sched->is_current = true;
    cpu->ran_alone = sched->turns->count == 0;
    cpu->sched = sched;
    if (is_unarmed(cpu))
        cpu->timer_stale = true;
    return sched->thread;
}

/* Whether a CPU's thread is on its own sched, and no other CPU and no other clock concerns who follows it. */
static ALWAYS_INLINE bool stands_alone(const struct cpu *cpu, const struct sched *sched,
                                       const struct thread *current)
{
    return current->home == sched && sched->thread == current && !thread_has_lent(current) &&
           !(current->held.flags & OP_LENT) && machine.idle_cpus == 0 && cpu->kept_for == NULL &&
           sched->weight == SG_WEIGHT_DEFAULT;
}

struct thread *sched_hand_over(struct cpu *cpu)
{
    if ((cpu->attention & ~ATTENTION_RESCHEDULE) != 0 || cpu->sched == NULL)
        return NULL;
    struct sched *next = next_of(cpu);
    if (next == NULL)
        return NULL;
    uint64_t now_ns = arch_now_ns();
    const struct thread *current = cpu->current;
    struct sched *sched = cpu->sched;
    if (!stands_alone(cpu, sched, current) || next->slice_left_ns == 0 ||
        next->thread->status != THREAD_STATUS(SG_THREAD_READY, WAIT_NONE) ||
        next->thread->short_slot_count == 0)
        return NULL;
    charge(cpu, sched, now_ns);
    if (current->status == THREAD_STATUS(SG_THREAD_READY, WAIT_NONE)) {
        if (sched->is_unsettled || next->queued_class <= sched->queued_class ||
            sched->slice_left_ns == 0)
            return NULL;
        sched_put_in_front(sched);
    } else if (current->state != SG_THREAD_WAITING) {
        return NULL;
    }
    sched->is_current = false;
    turns_remove(next->turns, &next->link);
    next->is_queued = false;
    cpu->is_nudged = false;
    return take_over(cpu, next);
}

bool sched_preempt(struct cpu *cpu, struct thread *woken)
{
    const struct thread *current = cpu->current;
    struct sched *sched = cpu->sched;
    struct sched *next = woken->home;

    if (cpu->attention != 0 || !stands_alone(cpu, sched, current) || sched->is_unsettled ||
        woken->status != THREAD_STATUS(SG_THREAD_WAITING, WAIT_REGISTER) ||
        woken->held.flags & OP_LENT || next->place != SCHED_SETTLED || next->cpu != cpu->number ||
        next->queued_class <= sched->queued_class || next->slice_left_ns == 0)
        return false;
    charge(cpu, sched, arch_now_ns());
    if (sched->slice_left_ns == 0)
        return false;
    /* Its virtual time and the clock of its class find each other again when its slice ends, or it queues. */
    sched_put_in_front(sched);
    sched->is_current = false;
    woken->status = THREAD_STATUS(SG_THREAD_READY, WAIT_NONE);
    next->thread = woken;
    cpu->is_nudged = false;
    (void)take_over(cpu, next);
    return true;
}

struct thread *sched_choose(struct cpu *cpu)
{
    uint64_t now_ns = arch_now_ns();

    sched_let_go(cpu);
    if (cpu->sched != NULL)
        put_back(cpu, now_ns);
    struct sched *sched = next_of(cpu);
    if (sched != NULL)
        sched_block(sched);
    else
        sched = steal(cpu);
    cpu->reschedule = false;
    if (sched == NULL) {
        cpu->sched = NULL;
        cpu->timer_stale = true;
        machine.idle_cpus |= UINT32_C(1) << cpu->number;
        cpu->was_idle = true;
        return NULL;
    }
    machine.idle_cpus &= ~(UINT32_C(1) << cpu->number);
    cpu->run_since_ns = now_ns;
    if (sched->slice_left_ns == 0)
        sched->slice_left_ns = time_slice_ns(sched->weight, SLICE_NS);
    return take_over(cpu, sched);
}
