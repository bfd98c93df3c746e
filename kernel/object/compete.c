/* SPDX-License-Identifier: BSD-2-Clause */
/* How scheds compete for CPUs: where they wait, in which order, and who is chosen. */
#include "core/time.h"
#include "object/event.h"
#include "object/sched.h"

#define LOOK_MAX 16u      /* scheds of one CPU and class an idle CPU looks at */
#define EVICTIONS_MAX 32u /* scheds sent away in one step */

/* Sees to it that the next period begins on time, whoever runs then. */
static RARELY void await_refill(const struct sched *sched)
{
    uint32_t timer = REFILLS_FIRST + sched->home->timer;

    timers_cancel(&machine.timers, timer);
    deadline_arm(timer, sched->refill_ns);
}

/* Periods follow each other without a gap while the sched competes in all of them. */
static RARELY void begin_period(struct sched *sched, uint64_t now_ns)
{
    uint64_t next_ns = time_add(sched->refill_ns, sched->period_ns);

    sched->refill_ns = next_ns > now_ns ? next_ns : time_add(now_ns, sched->period_ns);
    sched->budget_left_ns = sched->budget_ns;
    sched->periods++;
}

/* The class a sched competes in: realtime whose budget is used up is normal until its next period. */
static uint8_t class_now(struct sched *sched)
{
    if (sched->class != SG_CLASS_REALTIME || sched->budget_ns == 0)
        return sched->class;
    uint64_t now_ns = arch_now_ns();
    if (now_ns >= sched->refill_ns)
        begin_period(sched, now_ns);
    if (sched->budget_left_ns > 0)
        return SG_CLASS_REALTIME;
    if (sched->home != NULL) {
        EVENT(SG_EVENT_BUDGET, arch_pointer_frame(sched->home), 0);
        await_refill(sched);
    }
    return SG_CLASS_NORMAL;
}

/* The CPUs a sched may be put on: those that are kept for another only when it has no other. */
static uint32_t cpus_for(const struct sched *sched)
{
    uint32_t open = sched->cpus & machine.open_cpus;

    return open != 0 ? open : sched->cpus;
}

static bool may_run_on(const struct sched *sched, const struct cpu *cpu)
{
    return cpus_for(sched) >> cpu->number & 1;
}

/* Where a sched goes: where it was, unless it may not be there or another CPU could take it at once. */
static struct cpu *best_cpu(const struct sched *sched)
{
    uint32_t best = cpus_for(sched);

    if (best & machine.idle_cpus)
        best &= machine.idle_cpus;
    return best >> sched->cpu & 1 ? sched_cpu(sched) : &cpus[__builtin_ctz(best)];
}

/* Virtual time is told by the clock of each class on each CPU: a sched that comes from another one is as
   far ahead as it was there, and one that did not compete for a while is not behind. */
static void change_clock(struct sched *sched, struct cpu *cpu, uint8_t class)
{
    struct turns *turns = &cpu->ready.class[class];
    uint64_t ahead_ns = time_subtract(sched->virtual_ns, sched->turns->now << TURN_LOG2);

    sched->cpu = (uint8_t)cpu->number;
    sched->queued_class = class;
    sched->turns = turns;
    sched->virtual_ns = time_add(turns->now << TURN_LOG2, ahead_ns);
}

/* Whether the CPU's timer would miss what is due next; too early does no harm, but on a CPU that is kept. */
static bool is_unarmed(const struct cpu *cpu)
{
    return sched_next_event_ns(cpu) < cpu->armed_ns || cpu->kept_for != NULL;
}

enum position { IN_FRONT, IN_ORDER, BEHIND };

/* Realtime goes by the end of the period, every other class by virtual time. */
static uint64_t turn_of(const struct sched *sched, enum position position)
{
    struct turns *turns = sched->turns;
    uint64_t turn = sched->virtual_ns >> TURN_LOG2;

    if (sched->queued_class == SG_CLASS_REALTIME) {
        if (turns->count == 0 && arch_now_ns() >> TURN_LOG2 > turns->now)
            turns->now = arch_now_ns() >> TURN_LOG2;
        turn = sched->refill_ns >> TURN_LOG2;
    }
    return position == BEHIND && turn <= turns->now ? turns->now + 1 : turn;
}

static void enqueue(struct sched *sched, struct cpu *cpu, enum position position)
{
    change_clock(sched, cpu, class_now(sched));
    struct turns *turns = sched->turns;
    uint32_t place = turns_place(turns, turn_of(sched, position));
    bool is_first = turns->count == 0;

    if (position == IN_FRONT)
        turns_push_front(turns, &sched->link, place);
    else
        turns_push(turns, &sched->link, place);
    sched->is_queued = true;
    machine.idle_cpus &= ~(UINT32_C(1) << cpu->number);
    if (cpu->sched == NULL || sched->queued_class > cpu->sched->queued_class)
        cpu_alert(cpu, ALERT_RESCHEDULE);
    else if (is_first && sched->queued_class == cpu->sched->queued_class && is_unarmed(cpu))
        cpu_alert(cpu, ALERT_TIMER); /* from here on the slice of the running one has an end */
}

/* Moves a sched on that waits where only the registers of its thread before kept it. */
static RARELY void move_on(struct sched *sched)
{
    struct cpu *last = sched_cpu(sched);

    if (!sched->is_queued || last->current == sched->thread || may_run_on(sched, last))
        return;
    sched_block(sched);
    enqueue(sched, best_cpu(sched), IN_ORDER);
}

/* Queues a sched where it was, among the equals of the one that runs, if nothing has changed about where
   and how it competes and nobody idle could take it. */
static inline bool queue_again(struct sched *sched)
{
    struct cpu *cpu = arch_cpu();
    struct turns *turns = sched->turns;

    if (cpu->sched == NULL || turns != cpu->sched->turns || sched->is_queued || sched->is_current ||
        sched->class != cpu->sched->queued_class || sched->class == SG_CLASS_REALTIME ||
        machine.idle_cpus != 0 || !(sched->cpus & machine.open_cpus & 1u << cpu->number))
        return false;
    if (sched->virtual_ns < turns->now << TURN_LOG2)
        sched->virtual_ns = turns->now << TURN_LOG2;
    turns_push(turns, &sched->link, turns_place(turns, sched->virtual_ns >> TURN_LOG2));
    sched->is_queued = true;
    if (turns->count == 1 && is_unarmed(cpu))
        cpu_alert(cpu, ALERT_TIMER);
    return true;
}

void sched_ready(struct sched *sched, struct thread *thread)
{
    struct cpu *last = sched_cpu(sched);

    sched->thread = thread;
    if (LIKELY(queue_again(sched)))
        return;
    if (!sched->is_queued && !sched->is_current)
        enqueue(sched, last->current == thread ? last : best_cpu(sched), IN_ORDER);
    else
        move_on(sched);
}

RARELY void sched_reconsider(struct sched *sched)
{
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
    if (!sched->is_queued && !sched->is_current)
        change_clock(sched, sched_cpu(other), sched->queued_class);
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

/* Whether a thread is ready to run on a sched. */
static bool runs_on(const struct thread *thread, const struct sched *sched)
{
    return thread != NULL && thread->state == SG_THREAD_READY && thread_sched(thread) == sched;
}

/* Takes the time since run_since off the CPU's sched. While nobody waited, it costs at most a turn. */
static void charge(struct cpu *cpu, uint64_t now_ns)
{
    struct sched *sched = cpu->sched;
    uint64_t ran_ns = time_subtract(now_ns, cpu->run_since_ns);
    uint64_t most_ns = ((sched->turns->now + 2) << TURN_LOG2) - 1;

    sched->consumed_ns = time_add(sched->consumed_ns, ran_ns);
    sched->slice_left_ns = time_subtract(sched->slice_left_ns, ran_ns);
    uint64_t passed_ns = ran_ns;
    if (sched->weight != SG_WEIGHT_DEFAULT)
        passed_ns = time_by_weight(ran_ns, sched->weight, &sched->virtual_rest);
    sched->virtual_ns = time_add(sched->virtual_ns, passed_ns);
    if (cpu->ran_alone && sched->virtual_ns > most_ns)
        sched->virtual_ns = most_ns;
    sched->depletions += sched->budget_left_ns > 0 && sched->budget_left_ns <= ran_ns;
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
    bool is_preempted = sched->slice_left_ns > 0 && class_now(sched) == sched->queued_class;
    enqueue(sched, may_run_on(sched, cpu) ? cpu : best_cpu(sched),
            is_preempted ? IN_FRONT : BEHIND);
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
        change_clock(best, cpu, best->queued_class);
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
        sched_block(sched);
        enqueue(sched, best_cpu(sched), IN_ORDER);
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
    sched_block(sched);
    enqueue(sched, best_cpu(sched), IN_ORDER);
}

/* The CPU runs a sched from run_since on. */
static inline void take_over(struct cpu *cpu, struct sched *sched)
{
    cpu->sched = sched;
    sched->is_current = true;
    if (UNLIKELY(sched->slice_left_ns == 0))
        sched->slice_left_ns = time_slice_ns(sched->weight, SLICE_NS);
    cpu->ran_alone = sched->turns->count == 0;
    if (is_unarmed(cpu))
        cpu->timer_stale = true;
}

struct thread *sched_hand_over(struct cpu *cpu)
{
    const struct thread *current = cpu->current;
    struct sched *sched = cpu->sched;

    if (cpu->attention != ATTENTION_RESCHEDULE || current == NULL || sched == NULL ||
        current->state != SG_THREAD_WAITING || current->home != sched || sched->thread != current ||
        thread_has_lent(current) || current->held.flags & OP_LENT || machine.idle_cpus != 0)
        return NULL;
    struct sched *next = next_of(cpu);
    if (next == NULL || next->thread->status != THREAD_STATUS(SG_THREAD_READY, WAIT_NONE) ||
        next->thread->context.is_full || next->thread->short_slot_count == 0)
        return NULL;
    charge(cpu, arch_now_ns());
    sched->is_current = false;
    turns_remove(next->turns, &next->link);
    next->is_queued = false;
    cpu->reschedule = false;
    take_over(cpu, next);
    return next->thread;
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
    take_over(cpu, sched);
    return sched->thread;
}

uint64_t sched_next_event_ns(const struct cpu *cpu)
{
    const struct sched *sched = cpu->sched;
    uint64_t left_ns = UINT64_MAX;

    if (sched == NULL)
        return UINT64_MAX;
    if (sched->turns->count != 0)
        left_ns = sched->slice_left_ns;
    if (sched->queued_class == SG_CLASS_REALTIME && sched->budget_ns != 0 &&
        sched->budget_left_ns < left_ns)
        left_ns = sched->budget_left_ns;
    return time_add(cpu->run_since_ns, left_ns);
}
