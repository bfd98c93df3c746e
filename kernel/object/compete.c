/* SPDX-License-Identifier: BSD-2-Clause */
/* How scheds compete for CPUs: where they wait and in which order. Who is chosen: choose.c. */
#include "object/compete.h"

#include "object/event.h"

/* Tells that a budget is used up, and sees to it that the next period begins on time, whoever runs then. */
/*@ requires \valid_read(sched) && sched->home != \null;
    assigns machine.event_next, machine.timers.armed, cpus[0 .. CPUS_MAX - 1].attention,
            cpus[0 .. CPUS_MAX - 1].alerted,
            machine.timers.deadline[0 .. machine.timers.count - 1],
            machine.timers.order[0 .. machine.timers.count - 1],
            machine.timers.rank[0 .. machine.timers.count - 1];
    assigns machine.timekeeper \from cpus[0 .. CPUS_MAX - 1].number;
*/
static RARELY void await_refill(const struct sched *sched)
{
    uint32_t timer = REFILLS_FIRST + sched->home->timer;

    EVENT(SG_EVENT_BUDGET, arch_pointer_frame(sched->home), 0);
    timers_cancel(&machine.timers, timer);
    deadline_arm(timer, sched->refill_ns);
}

/* Periods follow each other without a gap while the sched competes in all of them. */
/*@ requires \valid(sched) && sched->periods < UINT64_MAX;
    assigns sched->refill_ns, sched->budget_left_ns, sched->periods;
    ensures full: sched->budget_left_ns == sched->budget_ns;
    ensures counted: sched->periods == \old(sched->periods) + 1;
    ensures ahead: sched->period_ns > 0 && now_ns < UINT64_MAX ==> sched->refill_ns > now_ns;
    ensures no_gap: \old(sched->refill_ns) + sched->period_ns > now_ns ==>
      sched->refill_ns == \min(\old(sched->refill_ns) + sched->period_ns, UINT64_MAX);
    ensures anew: \old(sched->refill_ns) + sched->period_ns <= now_ns ==>
      sched->refill_ns == \min(now_ns + sched->period_ns, UINT64_MAX);
*/
static RARELY void begin_period(struct sched *sched, uint64_t now_ns)
{
    uint64_t next_ns = time_add(sched->refill_ns, sched->period_ns);

    sched->refill_ns = next_ns > now_ns ? next_ns : time_add(now_ns, sched->period_ns);
    sched->budget_left_ns = sched->budget_ns;
    sched->periods++;
}

uint8_t sched_class_now(struct sched *sched)
{
    if (sched->class != SG_CLASS_REALTIME || sched->budget_ns == 0)
        return sched->class;
    uint64_t now_ns = arch_now_ns();
    if (now_ns >= sched->refill_ns)
        begin_period(sched, now_ns);
    if (sched->budget_left_ns > 0)
        return SG_CLASS_REALTIME;
    if (sched->home != NULL)
        await_refill(sched);
    return SG_CLASS_NORMAL;
}

struct cpu *sched_best_cpu(const struct sched *sched)
{
    uint32_t best = cpus_for(sched);

    if (best & machine.idle_cpus)
        best &= machine.idle_cpus;
    return best >> sched->cpu & 1 ? sched_cpu(sched) : &cpus[__builtin_ctz(best)];
}

void sched_change_clock(struct sched *sched, struct cpu *cpu, uint8_t class)
{
    struct turns *turns = &cpu->ready.class[class];
    uint64_t ahead_ns = time_subtract(sched->virtual_ns, sched->turns->now * SLICE_NS);

    sched->cpu = (uint8_t)cpu->number;
    sched->queued_class = class;
    sched->turns = turns;
    sched->virtual_ns = time_add(turns->now * SLICE_NS, ahead_ns);
}

/* Realtime goes by the end of the period, every other class by virtual time. */
/*@ requires \valid_read(sched) && \valid(sched->turns) && \separated(sched, sched->turns);
    requires CLOCK_OK(sched->turns);
    assigns sched->turns->now;
    ensures onwards: sched->turns->now >= \old(sched->turns->now);
    ensures kept: sched->queued_class != SG_CLASS_REALTIME || sched->turns->count != 0 ==>
      sched->turns->now == \old(sched->turns->now);
    ensures behind: is_behind != 0 ==> \result > sched->turns->now;
    ensures realtime: sched->queued_class == SG_CLASS_REALTIME && is_behind == 0 ==>
      \result == sched->refill_ns / SLICE_NS;
    ensures others: sched->queued_class != SG_CLASS_REALTIME && is_behind == 0 ==>
      \result == sched->virtual_ns / SLICE_NS;
    ensures later: sched->queued_class != SG_CLASS_REALTIME ==>
      \result == \max(sched->virtual_ns / SLICE_NS, is_behind != 0 ? sched->turns->now + 1 : 0);
*/
static uint64_t turn_of(const struct sched *sched, bool is_behind)
{
    struct turns *turns = sched->turns;
    uint64_t turn = sched->virtual_ns / SLICE_NS;

    if (sched->queued_class == SG_CLASS_REALTIME) {
        uint64_t now = turns->count == 0 ? arch_now_ns() / SLICE_NS : 0;
        if (now > turns->now)
            turns->now = now;
        turn = sched->refill_ns / SLICE_NS;
    }
    return is_behind && turn <= turns->now ? turns->now + 1 : turn;
}

void sched_put_in_front(struct sched *sched)
{
    struct turns *turns = sched->turns;

    turns_push_front(turns, &sched->link, turns_place(turns, turn_of(sched, false)));
    sched->is_queued = true;
}

/* Has the CPU that a sched has begun to wait for look again, if that makes a difference to it. */
static inline void compare(const struct sched *sched, struct cpu *cpu)
{
    const struct sched *current = cpu->sched;

    if (current == NULL || sched->queued_class > current->queued_class)
        cpu_alert(cpu, ALERT_RESCHEDULE);
    else if (sched->turns == current->turns && sched->turns->count == 1 && is_unarmed(cpu))
        cpu_alert(cpu, ALERT_TIMER); /* from here on the slice of the running one has an end */
}

void sched_enqueue(struct sched *sched, struct cpu *cpu, bool is_behind)
{
    sched_change_clock(sched, cpu, sched_class_now(sched));
    struct turns *turns = sched->turns;
    uint32_t place = turns_place(turns, turn_of(sched, is_behind));

    turns_push(turns, &sched->link, place);
    sched->is_queued = true;
    sched->is_unsettled = sched->class == SG_CLASS_REALTIME || !(sched->cpus >> cpu->number & 1);
    machine.idle_cpus &= ~(UINT32_C(1) << cpu->number);
    compare(sched, cpu);
}

void sched_move(struct sched *sched)
{
    sched_block(sched);
    sched_enqueue(sched, sched_best_cpu(sched), false);
}

/* Moves a sched on that waits where only the registers of its thread before kept it. */
static RARELY void move_on(struct sched *sched)
{
    struct cpu *last = sched_cpu(sched);

    if (!sched->is_queued || last->current == sched->thread || may_run_on(sched, last))
        return;
    sched_move(sched);
}

/* Has a sched wait on this CPU where it did last; false, and nothing done, if that may be wrong by now or
   somebody idle could take it. */
static inline bool queue_again(struct sched *sched, const struct cpu *cpu)
{
    struct turns *turns = sched->turns;
    uint64_t turn = sched->virtual_ns >> TURN_LOG2;

    if (sched->place != SCHED_SETTLED || sched->cpu != cpu->number || machine.idle_cpus != 0 ||
        cpu->kept_for != NULL)
        return false;
    if (turn < turns->now) {
        turn = turns->now;
        sched->virtual_ns = turn << TURN_LOG2;
    }
    turns_push(turns, &sched->link, turns_place(turns, turn));
    sched->is_queued = true;
    return true;
}

void sched_ready(struct sched *sched, struct thread *thread)
{
    struct cpu *last = sched_cpu(sched);

    sched->thread = thread;
    if (LIKELY(queue_again(sched, arch_cpu())))
        compare(sched, arch_cpu());
    else if (!sched->is_queued && !sched->is_current)
        sched_enqueue(sched, last->current == thread ? last : sched_best_cpu(sched), false);
    else
        move_on(sched);
}

RARELY void sched_reconsider(struct sched *sched)
{
    sched->is_unsettled = true;
    if (sched->is_queued) {
        sched_block(sched);
        sched_ready(sched, sched->thread);
    } else if (sched->is_current) {
        cpu_alert(sched_cpu(sched), ALERT_RESCHEDULE);
    }
}

void sched_block(struct sched *sched)
{
    if (sched->is_queued) {
        turns_remove(sched->turns, &sched->link);
        sched->is_queued = false;
    }
    if (sched->is_current)
        cpu_alert(sched_cpu(sched), ALERT_RESCHEDULE);
}

void sched_take_back(struct sched *sched, struct thread *thread)
{
    struct cpu *cpu = sched_cpu(sched);

    sched->thread = thread;
    if (sched->is_current && cpu == arch_cpu())
        cpu->has_moved = true;
    else if (sched->is_current)
        cpu_alert(cpu, ALERT_RESCHEDULE);
}

void sched_ready_beside(struct sched *sched, struct thread *thread, const struct sched *other)
{
    if (!sched->is_queued && !sched->is_current) {
        sched_change_clock(sched, sched_cpu(other), sched->queued_class);
        sched->is_unsettled = true;
    }
    sched_ready(sched, thread);
}

void sched_yield(const struct thread *thread)
{
    struct sched *sched = thread_sched(thread);

    if (sched != NULL && sched->is_current) {
        sched->slice_left_ns = 0;
        cpu_alert(sched_cpu(sched), ALERT_RESCHEDULE);
    }
}
