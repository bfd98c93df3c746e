/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own state: the frame table, the deadlines, and one struct cpu a processor. */
#pragma once

#include "abi/ring.h"
#include "arch/arch.h"
#include "core/cspace.h"
#include "core/frames.h"
#include "core/run_queue.h"
#include "core/timers.h"

#define CPUS_MAX 16u
#define THREADS_MAX 4096u /* bound to a ring at the same time */
#define REFILLS_FIRST \
    THREADS_MAX /* timers: deadlines of threads, then new periods of their scheds */

struct sched;
struct sg_event_ring;

/* A CPU has set in `current` what entry.S reads, and nobody else does; kernel_lock protects the rest. */
struct cpu {
    struct thread *current; /* whose context is live; NULL when idle */
    struct arch_cpu arch;
    struct sched *sched;    /* what current runs on */
    uint64_t run_since_ns;  /* when sched began to run */
    uint64_t armed_ns;      /* the one-shot timer's deadline */
    struct run_queue ready; /* scheds that wait to run here */
    uint32_t number;
    union {
        struct {
            bool reschedule;  /* the current sched may no longer be the best */
            bool timer_stale; /* the one-shot timer may need another deadline */
            bool has_moved;   /* the current sched may be for another thread */
            bool has_alerted; /* other CPUs, which have to be interrupted */
        };
        uint32_t attention; /* 0: the CPU goes on as it is */
    };
    uint32_t work;            /* beyond the usual, in this batch of an enter; see cpu_work */
    bool is_nudged;           /* was interrupted by another CPU and has not looked since */
    bool was_idle;            /* had nothing to do before, and has not shared since */
    bool ran_alone;           /* nobody of its class waited when the current sched began to run */
    uint16_t alerted;         /* bit n: CPU n may have to be interrupted */
    uint64_t nudge_again_ns;  /* before, it is not interrupted for what can wait */
    uint32_t interrupts;      /* taken by this CPU, */
    uint32_t nudges;          /* by others with arch_nudge, */
    uint32_t stolen;          /* and threads this CPU took over when it had none */
    struct capability keeper; /* the cpu capability by which it is kept for one sched */
    struct sched *kept_for;   /* NULL: it is open to all */
} ALIGNED(64);

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
    uint32_t idle_cpus;     /* bit n: CPU n has nothing to do, and nothing was given to it since */
    uint32_t open_cpus;     /* bit n: CPU n is kept for nobody */
    struct cpu *timekeeper; /* whose timer is armed for the first deadline */
};

extern struct machine machine;
extern struct cpu cpus[CPUS_MAX];

#define ATTENTION_RESCHEDULE 1u /* cpu.attention of a CPU that has to reschedule, and no more */

/* Sets the timers and the ready queues up; the frame table is boot's. */
void machine_init(uint32_t cpu_count);

/* Work is counted in instructions, roughly. A batch of an enter ends, and lets interrupts in, with the
   entry that brings it to WORK_MAX, which is a batch of entries that do no more than is usual: so much
   each. */
#define WORK_ENTRY 312u
#define WORK_MAX (SG_DRAIN_MAX * WORK_ENTRY)

/* Counts what an operation does beyond the usual. */
static inline void cpu_work(uint32_t amount)
{
    arch_cpu()->work += amount;
}

/* After how many entries the batch ends, with what they have done so far. */
static inline uint32_t batch_end(const struct cpu *cpu)
{
    return cpu->work < WORK_MAX ? SG_DRAIN_MAX - cpu->work / WORK_ENTRY : 0;
}

/* Why a CPU has to look again before it goes on. */
enum alert { ALERT_RESCHEDULE, ALERT_TIMER };

/* Has a CPU look again on its way out of the kernel; if it is another one and in user mode, this one
   interrupts it on its own way out. */
static inline void cpu_alert(struct cpu *cpu, enum alert alert)
{
    struct cpu *self = arch_cpu();

    if (alert == ALERT_RESCHEDULE)
        cpu->reschedule = true;
    else
        cpu->timer_stale = true;
    if (UNLIKELY(cpu != self)) {
        self->alerted |= (uint16_t)(1u << cpu->number);
        self->has_alerted = true;
    }
}

/* Makes a CPU that is open to all the one whose one-shot timer is armed for the first deadline. */
void keep_time(struct cpu *cpu);

/* Arms a timer, and sees to it that its deadline is kept. */
void deadline_arm(uint32_t timer, uint64_t deadline_ns);
