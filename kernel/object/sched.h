/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the right of one thread at a time to run, with a class and a weight. A sched is in the ready
   queue of one CPU exactly when its thread is READY and no CPU runs it. */
#pragma once

#include "core/time.h"
#include "object/object.h"
#include "object/thread.h"

struct sched {
    struct link link;      /* in its CPU's ready queue */
    struct thread *thread; /* runs on it when it is chosen: the home thread, or a server working for
                              it; while it is current the CPU may be at another of these */
    struct thread *home;   /* bound to it */
    struct turns *turns;   /* of its class on its CPU: whose clock is its own */
    uint64_t virtual_ns;   /* what it ran by its weight, on that clock */
    uint64_t slice_left_ns;
    uint64_t consumed_ns;
    uint64_t budget_ns; /* realtime: per period; 0 is no bound */
    uint64_t period_ns;
    uint64_t budget_left_ns;
    uint64_t refill_ns;    /* when the next period begins */
    uint64_t periods;      /* begun, */
    uint64_t depletions;   /* and those whose budget was used up */
    uint32_t virtual_rest; /* of the last division by its weight */
    uint32_t weight;
    uint16_t cpus;        /* bit n: may run on CPU n */
    uint8_t cpu;          /* where it is queued or runs, or did last */
    uint8_t class;        /* enum sg_class as set */
    uint8_t queued_class; /* as queued or running: realtime without budget counts as normal */
    union {
        struct {
            bool is_queued;
            bool is_current;
            bool is_unsettled; /* its class or CPUs have changed since it was queued, or it goes by periods */
        };
        uint32_t place;
    };
};

/* A whole sched.place: it waits for its thread, and may be queued where it was. */
#define SCHED_SETTLED 0u

#define TURN_LOG2 21                        /* length of a turn in virtual ns */
#define SLICE_NS (UINT64_C(1) << TURN_LOG2) /* at SG_WEIGHT_DEFAULT: one turn */

/* A weight within its limits, and what dividing by it left is less than it. A clock that has turns to go:
   it counts nanoseconds in 64 bits. What a CPU's sched ran since it was charged last. */
#define WEIGHT_OK(sched) \
    (1 <= (sched)->weight <= SG_WEIGHT_MAX && (sched)->virtual_rest < (sched)->weight)
#define CLOCK_NS(turns) ((turns)->now * SLICE_NS)
#define CLOCK_OK(turns) (((turns)->now + TURNS) * SLICE_NS <= UINT64_MAX)
#define HAS_BUDGET(sched) ((sched)->queued_class == SG_CLASS_REALTIME && (sched)->budget_ns != 0)
#define RAN_NS(cpu, now_ns) (\max((now_ns) - (cpu)->run_since_ns, 0))

static inline struct sched *sched_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

/* Where a sched is queued or runs, or did last. */
/*@ requires \valid_read(sched) && sched->cpu < CPUS_MAX;
    assigns \result \from sched->cpu;
    ensures \result == &cpus[sched->cpu];
*/
static inline struct cpu *sched_cpu(const struct sched *sched)
{
    return &cpus[sched->cpu];
}

void sched_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status sched_call(struct invocation *invocation);
MUST_USE bool sched_dismantle(uint32_t head);

/* Time it has run, up to now. */
/*@ requires \valid_read(sched) && sched->cpu < CPUS_MAX;
    assigns \nothing;
    ensures at_least: \result >= sched->consumed_ns;
    ensures idle: sched->is_current == 0 ==> \result == sched->consumed_ns;
*/
uint64_t sched_consumed_ns(const struct sched *sched);

/* Lets a sched compete for a thread that is READY and runs on it; harmless when it already does. While
   the thread's registers are in the sched's CPU it waits there, until that CPU lets go of them. */
void sched_ready(struct sched *sched, struct thread *thread);

/* Takes a sched out of the competition because its thread no longer is READY or has left it. */
void sched_block(struct sched *sched);

/* Gives a sched back to a thread that had lent it; let it compete or block it. */
void sched_take_back(struct sched *sched, struct thread *thread);

/* sched_ready for a thread that another sched was taken from: its registers may be in that one's CPU. */
void sched_ready_beside(struct sched *sched, struct thread *thread, const struct sched *other);

/* Lets a sched that has changed, or whose next period has begun, compete again with what is like it now. */
void sched_reconsider(struct sched *sched);

/* Puts the sched a thread runs on behind its equals. */
void sched_yield(const struct thread *thread);

/* The thread that may go on on the CPU's sched, or NULL. */
struct thread *sched_runner(const struct cpu *cpu);

/* Before the CPU leaves its thread: a sched that waits here only because that thread's registers are in
   this CPU need not any longer. */
void sched_let_go(struct cpu *cpu);

/* Has a CPU with nothing to do come for one of those who wait for this one, which has chosen; and if this
   one had nothing to do before, for those that it may have been told to come for. */
void sched_share(struct cpu *cpu);

/* The common part of sched_choose: the thread that runs has begun to wait, or one of a higher class is
   ready, and the next is ready to go on and may be taken over without looking at anything else. Else NULL:
   the time that has run may have been charged, and nothing else has changed. */
struct thread *sched_hand_over(struct cpu *cpu);

/* Makes a thread whose wait is over READY, and the CPU run it in the place of its own, if that is all that
   sched_choose would do. Else false: the time that has run may have been charged, and nothing else has
   changed. */
MUST_USE bool sched_preempt(struct cpu *cpu, struct thread *woken);

/* Chooses what the CPU runs next, charges what it ran, and returns the thread; NULL: nothing. */
struct thread *sched_choose(struct cpu *cpu);

/* When the CPU has to look again although nothing happens: the end of a slice that somebody waits
   for, or of a budget; UINT64_MAX never. */
/*@ requires \valid_read(cpu);
    requires cpu->sched != \null ==> \valid_read(cpu->sched) && \valid_read(cpu->sched->turns);
    assigns \nothing;
    ensures idle: cpu->sched == \null ==> \result == UINT64_MAX;
    ensures slice: cpu->sched != \null && cpu->sched->turns->count != 0 ==>
      \result <= cpu->run_since_ns + cpu->sched->slice_left_ns;
    ensures budget: cpu->sched != \null && HAS_BUDGET(cpu->sched) ==>
      \result <= cpu->run_since_ns + cpu->sched->budget_left_ns;
    ensures never_early: cpu->sched != \null && \result < UINT64_MAX ==>
      cpu->sched->turns->count != 0 && \result == cpu->run_since_ns + cpu->sched->slice_left_ns ||
      HAS_BUDGET(cpu->sched) && \result == cpu->run_since_ns + cpu->sched->budget_left_ns;
*/
static inline uint64_t sched_next_event_ns(const struct cpu *cpu)
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

/* Sets class, weight, budget and period, which are within their limits. */
void sched_set(struct sched *sched, uint8_t class, uint32_t weight, uint64_t budget_ns,
               uint64_t period_ns);

/* Lets a sched run on these CPUs only; there is at least one of them. */
void sched_set_cpus(struct sched *sched, uint16_t allowed);

/* Sends some of those who wait for a CPU and may not run on it to others: SG_OK when nobody waits,
   SG_BUSY when the next may stay, SG_AGAIN when there are more. */
MUST_USE enum sg_status sched_evict(struct cpu *cpu);
