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
    EXPECT(sched->is_current ? cpus[0].current == thread : sched->thread == thread,
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

static void check_sched(uint32_t head)
{
    const struct sched *sched = sched_at(head);
    bool is_ready = sched->thread != NULL && sched->thread->state == SG_THREAD_READY &&
                    thread_sched(sched->thread) == sched;

    EXPECT(sched->is_current == (cpus[0].sched == sched), "sched %u: is_current is wrong", head);
    EXPECT(sched->is_queued == (is_ready && !sched->is_current),
           "sched %u: queued %d, current %d, thread ready %d", head, sched->is_queued,
           sched->is_current, is_ready);
    EXPECT(!sched->is_queued ||
               is_linked(&cpus[0].ready.class[sched->queued_class], &sched -> link),
           "sched %u: not in the queue of class %u", head, sched->queued_class);
    if (sched->is_queued && sched->queued_class < sched->class)
        EXPECT(sched->class == SG_CLASS_REALTIME && sched->queued_class == SG_CLASS_NORMAL &&
                   timers_is_armed(&machine.timers, REFILLS_FIRST + sched->home->timer) &&
                   machine.timers.deadline[REFILLS_FIRST + sched->home->timer] <= sched->refill_ns,
               "sched %u: below its class, and nothing will end that", head);
    EXPECT(sched->home == NULL || sched->home->home == sched, "sched %u: not its thread's", head);
    EXPECT(sched->home != NULL || sched->thread == NULL, "sched %u: runs a thread without a home",
           head);
}

static void check_queues(void)
{
    const struct run_queue *ready = &cpus[0].ready;

    for (uint32_t class = 0; class < CLASS_COUNT; class ++) {
        const struct link *queue = &ready->class[class];

        EXPECT(((ready->occupied >> class & 1) != 0) == !list_is_empty(queue),
               "class %u: occupied bit is wrong", class);
        for (const struct link *link = queue->next; link != queue; link = link->next)
            EXPECT(CONTAINER_OF(link, struct sched, link)->is_queued,
                   "class %u: has a sched that is not queued", class);
    }
}

/* Nothing better waits, and the CPU is interrupted in time for what is due next. */
static void check_cpu(void)
{
    const struct cpu *cpu = &cpus[0];
    uint32_t best = run_queue_class(&cpu->ready);

    EXPECT((cpu->current == NULL) == (cpu->sched == NULL), "the CPU runs a thread without a sched");
    EXPECT(cpu->sched != NULL || best == CLASS_COUNT, "the CPU idles and class %u is ready", best);
    EXPECT(cpu->current == host.running, "the port runs another thread than the CPU");
    if (cpu->sched != NULL) {
        EXPECT(thread_sched(cpu->current) == cpu->sched && cpu->current->state == SG_THREAD_READY,
               "the CPU's sched is for another thread");
        EXPECT(best == CLASS_COUNT || best <= cpu->sched->queued_class,
               "class %u runs while class %u is ready", cpu->sched->queued_class, best);
        EXPECT(cpu->current->context.tables == &cpu->current->aspace->tables,
               "the running thread's tables are not its aspace's");
    }
    EXPECT(host.armed_ns <= sched_next_event_ns(cpu), "the timer comes after the slice ends");
    if (machine.timers.armed > 0)
        EXPECT(host.armed_ns <= machine.timers.deadline[timers_first(&machine.timers)],
               "the timer comes after the first deadline");
}

static void check_timers(void)
{
    const struct timers *timers = &machine.timers;

    for (uint32_t i = 0; i < timers->count; i++)
        EXPECT(timers->order[i] < timers->count && timers->rank[timers->order[i]] == i,
               "timers: no permutation at %u", i);
    for (uint32_t i = 1; i < timers->armed; i++)
        EXPECT(timers->deadline[timers->order[(i - 1) / 2]] <= timers->deadline[timers->order[i]],
               "timers: place %u is before its parent", i);
    for (uint32_t i = 0; i < timers->armed; i++)
        EXPECT(machine.timer_thread[timers->order[i] % THREADS_MAX] != NULL,
               "timers: a deadline of no thread");
}

void walker_check_threads(void)
{
    for (uint32_t head = 0; head < machine.frames.count; head++) {
        if (frame_at(head)->role != FRAME_HEAD)
            continue;
        if (frame_at(head)->type == SG_TYPE_THREAD)
            check_thread(head);
        else if (frame_at(head)->type == SG_TYPE_SCHED)
            check_sched(head);
    }
    check_queues();
    check_cpu();
    check_timers();
}
