/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, condition variables and things done once, for the threads of one process. All zero is a
   fresh one; none needs to be destroyed. Without contention none of them enters the kernel; a thread
   that has to wait sleeps in the kernel, on a word of its own, and is woken alone. */
#pragma once

#include <stdint.h>

#include "abi/ring.h" /* SG_FOREVER */
#include "signet/status.h"

/* Bit n stands for the thread whose index is n. */
struct sg_waiters {
    uint64_t set;
};

struct sg_mutex {
    uint64_t state; /* bit 63: somebody has it; the others: who waits */
};

struct sg_condition {
    struct sg_waiters waiters;
};

struct sg_once {
    uint32_t is_done;
    struct sg_mutex mutex;
};

/* Takes the mutex; waits while another thread has it. Not recursive. */
void sg_mutex_lock(struct sg_mutex *mutex);
/* Takes the mutex if nobody has it; 0 when somebody has. */
SG_MUST_USE int sg_mutex_try(struct sg_mutex *mutex);
/* Gives the mutex back; who waits longest is not always the next. */
void sg_mutex_unlock(struct sg_mutex *mutex);

/* Gives the mutex back and sleeps, as one step, until it is signalled; then takes the mutex again.
   SG_TIMED_OUT when the absolute deadline passed first, with the mutex taken all the same. */
SG_MUST_USE enum sg_status sg_condition_wait(struct sg_condition *condition, struct sg_mutex *mutex,
                                             uint64_t deadline_ns);
/* Wakes one thread that waits. */
void sg_condition_signal(struct sg_condition *condition);
/* Wakes all threads that wait. */
void sg_condition_broadcast(struct sg_condition *condition);

/* Calls `function` the first time only; on return it has returned, whoever called it. It must not
   lead back here. */
void sg_once(struct sg_once *once, void (*function)(void));
