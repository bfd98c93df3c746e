/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines of waiting threads: a binary heap over timer numbers. order[0 .. armed - 1] is the heap,
   rank[t] the place of t in order, so arming and cancelling cost O(log n) and nothing allocates. */
#pragma once

#include "core/base.h"

struct timers {
    uint64_t *deadline; /* by timer number */
    uint32_t *order;
    uint32_t *rank;
    uint32_t count;
    uint32_t armed;
};

/* Disarms all of count timers; the arrays are the caller's and stay with the timers. */
void timers_init(struct timers *timers, uint64_t *deadline, uint32_t *order, uint32_t *rank,
                 uint32_t count);

/* Whether a timer waits for its deadline. */
MUST_USE static inline bool timers_is_armed(const struct timers *timers, uint32_t timer)
{
    return timers->rank[timer] < timers->armed;
}

/* Arms a timer that is not armed. */
void timers_arm(struct timers *timers, uint32_t timer, uint64_t deadline_ns);

/* Disarms; harmless when it is not armed. */
void timers_cancel(struct timers *timers, uint32_t timer);

/* The armed timer with the earliest deadline, which must exist (armed > 0). */
MUST_USE static inline uint32_t timers_first(const struct timers *timers)
{
    return timers->order[0];
}
