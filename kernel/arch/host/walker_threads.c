/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads, what they are bound to, the time they run on, and when the CPU looks again. */
#include "walker.h"

#include "host.h"
#include "object/aspace.h"
#include "object/cspace_object.h"
#include "object/endpoint.h"
#include "object/ring.h"
#include "object/sched.h"
#include "object/thread.h"

#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("walker: " __VA_ARGS__))
#define CHAIN_MAX OP_DEPTH_MAX
#define NUMBERS 1024u /* of timers looked at together: a page of each table */

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

static bool is_linked(const struct link *list, const struct link *wanted)
{
    for (const struct link *link = list->next; link != list; link = link->next)
        if (link == wanted)
            return true;
    return false;
}

/* Whether a CPU has looked since something was changed for it. */
static bool is_settled(const struct cpu *cpu)
{
    return !cpu->reschedule && !cpu->timer_stale;
}

static void check_binding(uint32_t head, const struct thread *thread)
{
    EXPECT(thread->home->home == thread && thread->ring->thread == thread,
           "thread %u: its ring or sched is another's", head);
    EXPECT(is_linked(&thread->aspace->threads, &thread->in_aspace) &&
               is_linked(&thread->cspace->threads, &thread->in_cspace),
           "thread %u: not in the lists of its spaces", head);
    EXPECT(machine.timer_thread[thread->timer] == thread &&
               !pool_is_free(&machine.timer_numbers, thread->timer),
           "thread %u: timer %u is not its own", head, thread->timer);
}

/* What a thread waits for is what its records say. */
static void check_wait(uint32_t head, const struct thread *thread)
{
    const struct op *op = &thread->op;
    bool is_armed = timers_is_armed(&machine.timers, thread->timer);

    EXPECT(!is_armed || thread->state == SG_THREAD_WAITING, "thread %u: state %u and a deadline",
           head, thread->state);
    EXPECT(is_armed == thread->has_deadline, "thread %u: has_deadline is wrong", head);
    switch (thread->state) {
    case SG_THREAD_WAITING:
        EXPECT(thread->wait == (op->state != OP_IDLE ? WAIT_REGISTER : WAIT_ENTER),
               "thread %u: waits for %u with an operation in state %u", head, thread->wait,
               op->state);
        break;
    case SG_THREAD_FAULTED:
        EXPECT(thread->wait == WAIT_FAULT && op->flags & OP_FAULT &&
                   (op->state == OP_CALLING || op->state == OP_DELIVERED),
               "thread %u: faulted with an operation in state %u", head, op->state);
        break;
    default:
        EXPECT(thread->wait == WAIT_NONE && op->state == OP_IDLE,
               "thread %u: state %u, waits for %u with an operation in state %u", head,
               thread->state, thread->wait, op->state);
        break;
    }
}

/* A thread that is ready competes, on its own sched or that of the caller at the end of the chain of
   calls it works for; one that waits for an answer may have lent it. */
static void check_time(uint32_t head, const struct thread *thread)
{
    const struct sched *sched = thread_sched(thread);
    const struct thread *caller = thread;
    uint32_t hops = 0;

    for (; caller->held.flags & OP_LENT && hops <= CHAIN_MAX; hops++)
        caller = caller->held.peer->thread;
    EXPECT(hops <= CHAIN_MAX, "thread %u: works for more than %u callers", head, CHAIN_MAX);
    EXPECT(sched != NULL || thread->op.state == OP_DELIVERED, "thread %u: has no sched in state %u",
           head, thread->state);
    if (thread->state != SG_THREAD_READY)
        return;
    EXPECT(sched != NULL && (sched->is_queued || sched->is_current),
           "thread %u: ready and its sched is not", head);
    const struct cpu *cpu = &cpus[sched->cpu];
    EXPECT(sched->is_current ? cpu->current == thread || !is_settled(cpu) : sched->thread == thread,
           "thread %u: its sched runs another", head);
}

static void check_thread(uint32_t head)
{
    const struct thread *thread = arch_frame_pointer(head);

    EXPECT(thread->state <= SG_THREAD_FAULTED, "thread %u: state %u", head, thread->state);
    EXPECT(thread->serves == FRAME_NONE || (thread->state != SG_THREAD_UNBOUND &&
                                            frame_at(thread->serves)->role == FRAME_HEAD &&
                                            frame_at(thread->serves)->type == SG_TYPE_ENDPOINT &&
                                            endpoint_at(thread->serves)->server == thread),
           "thread %u: serves an endpoint that has another server", head);
    EXPECT(!thread->is_draining || thread->state == SG_THREAD_READY,
           "thread %u: drains in state %u", head, thread->state);
    if (thread->state == SG_THREAD_UNBOUND) {
        EXPECT(thread->op.state == OP_IDLE && thread->held.state == OP_IDLE,
               "thread %u: unbound with operations", head);
        return;
    }
    check_binding(head, thread);
    check_wait(head, thread);
    check_time(head, thread);
}

/* The CPUs a sched may be on, but for where it is because its registers are. */
static uint32_t cpus_of(const struct sched *sched)
{
    uint32_t open = sched->cpus & machine.open_cpus;

    return open != 0 ? open : sched->cpus & ((1u << machine.cpu_count) - 1);
}

/* Whether a CPU with nothing to do was told to look for something. */
static bool is_one_coming(void)
{
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        if (cpus[i].sched == NULL && !is_settled(&cpus[i]))
            return true;
    return false;
}

static void check_queued(uint32_t head, const struct sched *sched)
{
    const struct cpu *cpu = &cpus[sched->cpu];
    bool is_there = false;

    for (uint32_t i = 0; i < TURNS; i++)
        is_there |= is_linked(&cpu->ready.class[sched->queued_class].list[i], &sched->link);
    EXPECT(is_there, "sched %u: not in the queue of class %u of CPU %u", head, sched->queued_class,
           sched->cpu);
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        EXPECT(cpus[i].current != sched->thread || (i == sched->cpu && cpus[i].reschedule),
               "sched %u: waits at CPU %u, its registers are in CPU %u", head, sched->cpu, i);
    if (cpu->current != sched->thread) {
        EXPECT((cpus_of(sched) | host.leaving) >> sched->cpu & 1, "sched %u: waits at CPU %u, where it may not run",
               head, sched->cpu);
        EXPECT((cpus_of(sched) & machine.idle_cpus) == 0 || !is_settled(cpu) || is_one_coming(),
               "sched %u: waits at CPU %u (attention %x), may run on %x, although %x are idle", head,
               sched->cpu, cpu->attention, cpus_of(sched), machine.idle_cpus);
    }
}

static void check_sched(uint32_t head)
{
    const struct sched *sched = sched_at(head);
    bool is_ready = sched->thread != NULL && sched->thread->state == SG_THREAD_READY &&
                    thread_sched(sched->thread) == sched;

    const struct cpu *cpu = &cpus[sched->cpu];
    bool runs_here = cpu->sched == sched;

    EXPECT(sched->cpu < machine.cpu_count && sched->is_current == runs_here,
           "sched %u: is_current is wrong", head);
    EXPECT(sched->is_queued == (is_ready && !sched->is_current),
           "sched %u: queued %d, current %d, thread ready %d", head, sched->is_queued,
           sched->is_current, is_ready);
    if (sched->is_queued)
        check_queued(head, sched);
    EXPECT(sched->is_unsettled || (sched->class == sched->queued_class &&
                                   sched->class != SG_CLASS_REALTIME && sched->cpus >> sched->cpu & 1),
           "sched %u: settled in class %u of CPU %u, is of class %u and CPUs %x", head,
           sched->queued_class, sched->cpu, sched->class, sched->cpus);
    if (sched->is_queued && sched->queued_class < sched->class)
        EXPECT(sched->class == SG_CLASS_REALTIME && sched->queued_class == SG_CLASS_NORMAL &&
                   timers_is_armed(&machine.timers, REFILLS_FIRST + sched->home->timer) &&
                   machine.timers.deadline[REFILLS_FIRST + sched->home->timer] <= sched->refill_ns,
               "sched %u: below its class, and nothing will end that", head);
    EXPECT(sched->home == NULL || sched->home->home == sched, "sched %u: not its thread's", head);
    EXPECT(sched->home != NULL || sched->thread == NULL, "sched %u: runs a thread without a home",
           head);
}

static void check_queues(const struct cpu *cpu)
{
    for (uint32_t class = 0; class < CLASS_COUNT; class ++) {
        const struct turns *turns = &cpu->ready.class[class];
        uint32_t count = 0;

        for (uint32_t i = 0; i < TURNS; i++) {
            const struct link *list = &turns->list[i];

            for (const struct link *link = list->next; link != list; link = link->next, count++)
                EXPECT(CONTAINER_OF(link, struct sched, link)->is_queued,
                       "class %u: has a sched that is not queued", class);
        }
        EXPECT(count == turns->count, "class %u: expected %u entries, found %u", class,
               turns->count, count);
    }
}

/* Nothing better waits, and the CPU is interrupted in time for what is due next. */
static void check_settled(const struct cpu *cpu)
{
    uint32_t best = run_queue_class(&cpu->ready);
    uint64_t armed_ns = host.cpu[cpu->number].armed_ns;

    EXPECT((cpu->current == NULL) == (cpu->sched == NULL), "the CPU runs a thread without a sched");
    EXPECT(cpu->sched != NULL || best == CLASS_COUNT, "the CPU idles and class %u is ready", best);
    EXPECT((cpu->sched == NULL) == (machine.idle_cpus >> cpu->number & 1),
           "CPU %u: idle or not, and counts otherwise", cpu->number);
    if (cpu->sched != NULL) {
        EXPECT(thread_sched(cpu->current) == cpu->sched && cpu->current->state == SG_THREAD_READY,
               "the CPU's sched is for another thread");
        EXPECT(best == CLASS_COUNT || best <= cpu->sched->queued_class,
               "class %u runs while class %u is ready", cpu->sched->queued_class, best);
        EXPECT(cpu->current->context.tables == &cpu->current->aspace->tables,
               "the running thread's tables are not its aspace's");
        EXPECT((cpus_of(cpu->sched) | host.leaving) >> cpu->number & 1, "CPU %u runs a sched that may not run there",
               cpu->number);
    }
    EXPECT(armed_ns <= sched_next_event_ns(cpu), "the timer comes after the slice ends");
    if (machine.timers.armed > 0 && cpu == machine.timekeeper)
        EXPECT(armed_ns <= machine.timers.deadline[timers_first(&machine.timers)],
               "the timer comes after the first deadline");
}

/* A CPU that has to look again has been interrupted, or will be by one whose timer is armed for it. */
static void check_unsettled(const struct cpu *cpu)
{
    bool is_told = host.cpu[cpu->number].is_nudged || host.cpu[cpu->number].is_in_window;

    for (uint32_t i = 0; i < machine.cpu_count; i++)
        is_told |= cpus[i].alerted >> cpu->number & 1 && !cpu->reschedule &&
                   host.cpu[i].armed_ns <= host.now_ns + 200000;
    EXPECT(is_told, "CPU %u has to look again, and nobody tells it", cpu->number);
}

static void check_cpu(const struct cpu *cpu)
{
    EXPECT(cpu->current == host.cpu[cpu->number].running,
           "the port runs another thread than CPU %u", cpu->number);
    check_queues(cpu);
    if (is_settled(cpu))
        check_settled(cpu);
    else
        check_unsettled(cpu);
}

static void check_timers(void)
{
    const struct timers *timers = &machine.timers;
    uint32_t end;

    for (uint32_t first = 0; first < timers->count; first = end) {
        end = first + NUMBERS < timers->count ? first + NUMBERS : timers->count;
        if (host_is_untouched(&timers->order[first], (end - first) * sizeof(*timers->order)) &&
            host_is_untouched(&timers->rank[first], (end - first) * sizeof(*timers->rank)))
            continue;
        for (uint32_t i = first; i < end; i++)
            EXPECT(timers->order[i] < timers->count && timers->rank[i] < timers->count &&
                       timers->rank[timers->order[i]] == i && timers->order[timers->rank[i]] == i,
                   "timers: no permutation at %u", i);
    }
    for (uint32_t i = 1; i < timers->armed; i++)
        EXPECT(timers->deadline[timers->order[(i - 1) / 2]] <= timers->deadline[timers->order[i]],
               "timers: place %u is before its parent", i);
    for (uint32_t i = 0; i < timers->armed; i++)
        EXPECT(machine.timer_thread[timers->order[i] % THREADS_MAX] != NULL,
               "timers: a deadline of no thread");
}

void walker_check_threads(void)
{
    for (uint32_t i = 0; i < walker_heads.count; i++) {
        uint32_t head = walker_heads.head[i];

        if (frame_at(head)->type == SG_TYPE_THREAD)
            check_thread(head);
        else if (frame_at(head)->type == SG_TYPE_SCHED)
            check_sched(head);
    }
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        check_cpu(&cpus[i]);
    EXPECT(machine.open_cpus >> machine.timekeeper->number & 1,
           "CPU %u keeps the deadlines, and is kept itself", machine.timekeeper->number);
    check_timers();
}
