/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/timers.h"

void timers_init(struct timers *timers, uint64_t *deadline, uint32_t *order, uint32_t *rank,
                 uint32_t count)
{
    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer k; 0 <= k < i ==> order[k] == k && rank[k] == k;
        loop assigns i, deadline[0 .. count - 1], order[0 .. count - 1], rank[0 .. count - 1];
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
        rank[i] = i;
        deadline[i] = 0;
    }
    timers->deadline = deadline;
    timers->order = order;
    timers->rank = rank;
    timers->count = count;
    timers->armed = 0;
}

/*@ // The heap is in order but for one place, which may be due too early for where it is.
    predicate heap_but_above(struct timers *timers, integer place) =
      \forall integer k; 1 <= k < timers->armed && k != place ==>
        TIMER_DUE(timers, (k - 1) / 2) <= TIMER_DUE(timers, k);

    // The same for a place which may be due too late.
    predicate heap_but_below(struct timers *timers, integer place) =
      \forall integer k; 1 <= k < timers->armed && (k - 1) / 2 != place ==>
        TIMER_DUE(timers, (k - 1) / 2) <= TIMER_DUE(timers, k);

    // What is below a place is not due before what is above it.
    predicate heap_around(struct timers *timers, integer place) =
      \forall integer k; 1 <= k < timers->armed && (k - 1) / 2 == place && place >= 1 ==>
        TIMER_DUE(timers, (place - 1) / 2) <= TIMER_DUE(timers, k);

    // Which timers are armed is a matter of which half of the order they are in.
    predicate armed_kept{A,B}(struct timers *timers) =
      \forall integer t; 0 <= t < \at(timers->count, A) ==>
        (\at(TIMER_ARMED(timers, t), A) <==> \at(TIMER_ARMED(timers, t), B));
*/

/* Deadline of the timer at a place of the heap. */
/*@ requires \valid_read(timers) && timers_memory_ok(timers) && timers_order_ok(timers);
    requires place < timers->count;
    assigns \nothing;
    ensures \result == TIMER_DUE(timers, place);
*/
static inline uint64_t deadline_at(const struct timers *timers, uint32_t place)
{
    return timers->deadline[timers->order[place]];
}

/* Exchanges the timers of two places. */
/*@ requires \valid(timers) && TIMERS_PERMUTED(timers);
    requires a < timers->count && b < timers->count;
    assigns timers->order[a], timers->order[b], timers->rank[0 .. timers->count - 1];
    ensures TIMERS_PERMUTED(timers);
    ensures timers->order[a] == \old(timers->order[b]) && timers->order[b] == \old(timers->order[a]);
    ensures \forall integer k; 0 <= k < timers->count && k != a && k != b ==>
      timers->order[k] == \old(timers->order[k]);
    ensures \forall integer t; 0 <= t < timers->count && t != \old(timers->order[a]) &&
      t != \old(timers->order[b]) ==> timers->rank[t] == \old(timers->rank[t]);
    ensures same_half: (a < timers->armed <==> b < timers->armed) ==> armed_kept{Pre,Post}(timers);
*/
static void exchange(struct timers *timers, uint32_t a, uint32_t b)
{
    uint32_t timer_a = timers->order[a];
    uint32_t timer_b = timers->order[b];

    timers->order[a] = timer_b;
    timers->rank[timer_b] = a;
    timers->order[b] = timer_a;
    timers->rank[timer_a] = b;
}

/* Moves the timer at a place, which may be too early for it, towards the root. */
/*@ requires \valid(timers) && TIMERS_PERMUTED(timers) && place < timers->armed;
    requires heap_but_above(timers, place) && heap_around(timers, place);
    assigns timers->order[0 .. timers->armed - 1], timers->rank[0 .. timers->count - 1];
    ensures TIMERS_OK(timers);
    ensures armed_kept{Pre,Post}(timers);
*/
static void rise(struct timers *timers, uint32_t place)
{
    /*@ loop invariant place < timers->armed;
        loop invariant TIMERS_PERMUTED(timers);
        loop invariant heap_but_above(timers, place) && heap_around(timers, place);
        loop invariant armed_kept{Pre,Here}(timers);
        loop assigns place, timers->order[0 .. \at(timers->armed, Pre) - 1],
                     timers->rank[0 .. \at(timers->count, Pre) - 1];
        loop variant place;
    */
    while (place > 0 && deadline_at(timers, (place - 1) / 2) > deadline_at(timers, place)) {
        exchange(timers, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
}

/* The child of a place with the earlier deadline; it must have one. */
/*@ requires \valid_read(timers) && TIMERS_PERMUTED(timers) && place < timers->armed / 2;
    assigns \nothing;
    ensures place < \result < timers->armed && (\result - 1) / 2 == place;
    ensures \forall integer k; 1 <= k < timers->armed && (k - 1) / 2 == place ==>
      TIMER_DUE(timers, \result) <= TIMER_DUE(timers, k);
*/
static uint32_t earlier_child(const struct timers *timers, uint32_t place)
{
    uint32_t child = 2 * place + 1;

    if (child + 1 < timers->armed && deadline_at(timers, child + 1) < deadline_at(timers, child))
        child++;
    return child;
}

/* Moves the timer at a place, which may be too late for it, towards the leaves. */
/*@ requires \valid(timers) && TIMERS_PERMUTED(timers) && place < timers->armed;
    requires heap_but_below(timers, place) && heap_around(timers, place);
    assigns timers->order[0 .. timers->armed - 1], timers->rank[0 .. timers->count - 1];
    ensures TIMERS_OK(timers);
    ensures armed_kept{Pre,Post}(timers);
*/
static void sink(struct timers *timers, uint32_t place)
{
    /*@ loop invariant place < timers->armed;
        loop invariant TIMERS_PERMUTED(timers);
        loop invariant heap_but_below(timers, place) && heap_around(timers, place);
        loop invariant armed_kept{Pre,Here}(timers);
        loop assigns place, timers->order[0 .. \at(timers->armed, Pre) - 1],
                     timers->rank[0 .. \at(timers->count, Pre) - 1];
        loop variant timers->armed - place;
    */
    while (place < timers->armed / 2) {
        uint32_t child = earlier_child(timers, place);

        if (deadline_at(timers, place) <= deadline_at(timers, child))
            return;
        exchange(timers, place, child);
        place = child;
    }
}

void timers_arm(struct timers *timers, uint32_t timer, uint64_t deadline_ns)
{
    uint32_t place = timers->armed;

    timers->deadline[timer] = deadline_ns;
    exchange(timers, timers->rank[timer], place);
    timers->armed++;
    rise(timers, place);
}

void timers_cancel(struct timers *timers, uint32_t timer)
{
    uint32_t place = timers->rank[timer];

    if (place >= timers->armed)
        return;
    timers->armed--;
    exchange(timers, place, timers->armed);
    if (place >= timers->armed)
        return;
    if (place > 0 && deadline_at(timers, (place - 1) / 2) > deadline_at(timers, place))
        rise(timers, place);
    else
        sink(timers, place);
}
