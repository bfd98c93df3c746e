/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the right of one thread at a time to run, with a class and a weight. A sched is in a ready
   queue exactly when its thread is READY and no CPU runs it. */
#pragma once

#include "object/object.h"
#include "object/thread.h"

struct sched {
    struct link link;      /* in its CPU's ready queue */
    struct thread *thread; /* runs on it when it is chosen: the home thread, or a server working for
                              it; while it is current the CPU may be at another of these */
    struct thread *home;   /* bound to it */
    uint64_t slice_left_ns;
    uint64_t consumed_ns;
    uint64_t budget_ns; /* realtime: per period; 0 is no bound */
    uint64_t period_ns;
    uint64_t budget_left_ns;
    uint64_t refill_ns; /* when the next period begins */
    uint32_t weight;
    uint8_t class;        /* enum sg_class as set */
    uint8_t queued_class; /* as queued or running: realtime without budget counts as normal */
    bool is_queued;
    bool is_current;
};

static inline struct sched *sched_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

void sched_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status sched_call(struct invocation *invocation);
MUST_USE bool sched_dismantle(uint32_t head);
MUST_USE enum sg_status sched_info(uint32_t head, uint32_t selector, uint64_t *value);

/* Lets a sched compete for a thread that is READY and runs on it; harmless when it already does. */
void sched_ready(struct sched *sched, struct thread *thread);

/* Takes a sched out of the competition because its thread no longer is READY or has left it. */
void sched_block(struct sched *sched);

/* Gives a sched back to a thread that had lent it; let it compete or block it. */
void sched_take_back(struct sched *sched, struct thread *thread);

/* Lets a sched that used its budget up compete in its class again: its next period has begun. */
void sched_refill(struct sched *sched);

/* Puts the sched a thread runs on behind its equals. */
void sched_yield(const struct thread *thread);

/* The thread that may go on on the CPU's sched, or NULL. */
struct thread *sched_runner(const struct cpu *cpu);

/* Chooses what the CPU runs next, charges what it ran, and returns the thread; NULL: nothing. */
struct thread *sched_choose(struct cpu *cpu);

/* When the CPU has to look again although nothing happens: the end of a slice that somebody waits
   for, or of a budget; UINT64_MAX never. */
uint64_t sched_next_event_ns(const struct cpu *cpu);

/* Sets class, weight, budget and period, which are within their limits. */
void sched_set(struct sched *sched, uint8_t class, uint32_t weight, uint64_t budget_ns,
               uint64_t period_ns);
