/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines of waiting threads: a binary heap over timer numbers. order[0 .. armed - 1] is the heap,
   rank[t] the place of t in order, so arming and cancelling cost O(log n) and nothing allocates. */
#pragma once

#include "core/base.h"

#define TIMERS_MAX 0x10000u

struct timers {
    uint64_t *deadline; /* by timer number */
    uint32_t *order;
    uint32_t *rank;
    uint32_t count;
    uint32_t armed;
};

/* Macros where a memory read must stay in sight of the provers' quantifiers. */
#define TIMER_ARMED(timers, t) ((timers)->rank[t] < (timers)->armed)
#define TIMER_DUE(timers, place) ((timers)->deadline[(timers)->order[place]])

/*@ predicate timers_memory_ok(struct timers *timers) =
      timers->armed <= timers->count && timers->count <= TIMERS_MAX &&
      \valid(timers->deadline + (0 .. timers->count - 1)) &&
      \valid(timers->order + (0 .. timers->count - 1)) &&
      \valid(timers->rank + (0 .. timers->count - 1)) &&
      \separated(timers, timers->deadline + (0 .. timers->count - 1),
                 timers->order + (0 .. timers->count - 1),
                 timers->rank + (0 .. timers->count - 1));

    predicate timers_order_ok(struct timers *timers) =
      \forall integer k; 0 <= k < timers->count ==>
        timers->order[k] < timers->count && timers->rank[timers->order[k]] == k;

    predicate timers_ranks_ok(struct timers *timers) =
      \forall integer t; 0 <= t < timers->count ==>
        timers->rank[t] < timers->count && timers->order[timers->rank[t]] == t;

    // No timer of the heap is due before the one above it.
    predicate timers_heap_ok(struct timers *timers) =
      \forall integer k; 1 <= k < timers->armed ==>
        TIMER_DUE(timers, (k - 1) / 2) <= TIMER_DUE(timers, k);

    predicate timers_only_changed{A,B}(struct timers *timers, integer changed) =
      \forall integer t; 0 <= t < \at(timers->count, A) && t != changed ==>
        (\at(TIMER_ARMED(timers, t), A) <==> \at(TIMER_ARMED(timers, t), B)) &&
        \at(timers->deadline[t], A) == \at(timers->deadline[t], B);
*/

/* The invariants; macros so that each conjunct becomes a goal of its own. */
#define TIMERS_PERMUTED(timers)                                                                    \
    (timers_memory_ok(timers) && timers_order_ok(timers) && timers_ranks_ok(timers))
#define TIMERS_OK(timers) (TIMERS_PERMUTED(timers) && timers_heap_ok(timers))

/* Disarms all of count timers; the arrays are the caller's and stay with the timers. */
/*@ requires count <= TIMERS_MAX && \valid(timers);
    requires \valid(deadline + (0 .. count - 1)) && \valid(order + (0 .. count - 1)) &&
             \valid(rank + (0 .. count - 1));
    requires \separated(timers, deadline + (0 .. count - 1), order + (0 .. count - 1),
                        rank + (0 .. count - 1));
    assigns *timers, deadline[0 .. count - 1], order[0 .. count - 1], rank[0 .. count - 1];
    ensures TIMERS_OK(timers);
    ensures timers->deadline == deadline && timers->order == order && timers->rank == rank;
    ensures timers->count == count && timers->armed == 0;
*/
void timers_init(struct timers *timers, uint64_t *deadline, uint32_t *order, uint32_t *rank,
                 uint32_t count);

/* Whether a timer waits for its deadline. */
/*@ requires \valid_read(timers) && timers_memory_ok(timers) && timer < timers->count;
    assigns \nothing;
    ensures \result <==> TIMER_ARMED(timers, timer);
*/
MUST_USE static inline bool timers_is_armed(const struct timers *timers, uint32_t timer)
{
    return timers->rank[timer] < timers->armed;
}

/* Arms a timer that is not armed. */
/*@ requires \valid(timers) && TIMERS_OK(timers);
    requires timer < timers->count && !TIMER_ARMED(timers, timer);
    assigns timers->armed, timers->deadline[timer], timers->order[0 .. timers->count - 1],
            timers->rank[0 .. timers->count - 1];
    ensures TIMERS_OK(timers);
    ensures TIMER_ARMED(timers, timer) && timers->deadline[timer] == deadline_ns;
    ensures timers_only_changed{Pre,Post}(timers, timer);
    ensures timers->armed == \old(timers->armed) + 1;
*/
void timers_arm(struct timers *timers, uint32_t timer, uint64_t deadline_ns);

/* Disarms; harmless when it is not armed. */
/*@ requires \valid(timers) && TIMERS_OK(timers) && timer < timers->count;
    assigns timers->armed, timers->order[0 .. timers->count - 1],
            timers->rank[0 .. timers->count - 1];
    ensures TIMERS_OK(timers);
    ensures !TIMER_ARMED(timers, timer);
    ensures timers_only_changed{Pre,Post}(timers, timer);
    ensures timers->armed == \old(timers->armed) - (\old(TIMER_ARMED(timers, timer)) ? 1 : 0);
*/
void timers_cancel(struct timers *timers, uint32_t timer);

/* The armed timer with the earliest deadline, which must exist (armed > 0). */
/*@ requires \valid_read(timers) && TIMERS_OK(timers) && timers->armed > 0;
    assigns \nothing;
    ensures \result < timers->count && TIMER_ARMED(timers, \result);
    ensures earliest: \forall integer t; 0 <= t < timers->count && TIMER_ARMED(timers, t) ==>
      timers->deadline[\result] <= timers->deadline[t];
*/
MUST_USE static inline uint32_t timers_first(const struct timers *timers)
{
    /*@ ghost
        /@ loop invariant 0 <= i <= timers->armed;
           loop invariant \forall integer k; 0 <= k < i ==>
             TIMER_DUE(timers, 0) <= TIMER_DUE(timers, k);
           loop assigns i;
           loop variant timers->armed - i;
        @/
        for (uint32_t i = 0; i < timers->armed; i++)
            ;
    */
    return timers->order[0];
}
