/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own state: the frame table, the deadlines, and one struct cpu a processor. */
#pragma once

#include "arch/arch.h"
#include "core/frames.h"
#include "core/run_queue.h"
#include "core/timers.h"

#define CPUS_MAX 16u
#define THREADS_MAX 4096u /* bound to a ring at the same time */
#define REFILLS_FIRST \
    THREADS_MAX /* timers: deadlines of threads, then new periods of their scheds */

struct sched;
struct sg_event_ring;

/* Per-CPU state: only its own CPU writes it. */
struct cpu {
    struct thread *current; /* whose context is live; NULL when idle */
    struct arch_cpu arch;
    struct sched *sched;    /* what current runs on */
    uint64_t run_since_ns;  /* when sched began to run */
    uint64_t slice_end_ns;  /* when sched must give way to its equals */
    uint64_t armed_ns;      /* the one-shot timer's deadline */
    struct run_queue ready; /* scheds that could run here, but for the one that does */
    uint32_t number;
    union {
        struct {
            bool reschedule;  /* the current sched may no longer be the best */
            bool timer_stale; /* the one-shot timer may need another deadline */
            bool has_moved;   /* the current sched may be for another thread */
        };
        uint32_t attention; /* 0: the CPU goes on as it is */
    };
    bool has_worked; /* enough was done in this batch of an enter: interrupts are let in after it */
};

struct machine {
    /* kernel_lock protects everything in here and in every object. */
    struct frames frames;
    struct timers timers;
    struct pool timer_numbers;
    struct thread *timer_thread[THREADS_MAX]; /* timers t and REFILLS_FIRST + t are its own */
    uint32_t current_object; /* what the last operation was about: named in a panic */
    struct thread *first;    /* init's: without it there is no system */
    uint32_t memory_frames;  /* usable frames of the machine */
    uint32_t cpu_count;
    uint32_t event_mask;          /* bit n: events of kind n are recorded */
    uint32_t event_next;          /* the sequence of the next one */
    struct sg_event_ring *events; /* NULL until there is one */
};

extern struct machine machine;
extern struct cpu cpus[CPUS_MAX];

/* Sets the timers and the ready queues up; the frame table is boot's. */
void machine_init(void);
