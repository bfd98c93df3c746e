/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/timers.h"

void timers_init(struct timers *timers, uint64_t *deadline, uint32_t *order, uint32_t *rank,
                 uint32_t count)
{
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

/* Deadline of the timer at a place of the heap. */
static inline uint64_t deadline_at(const struct timers *timers, uint32_t place)
{
    return timers->deadline[timers->order[place]];
}

/* Exchanges the timers of two places. */
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
static void rise(struct timers *timers, uint32_t place)
{
    while (place > 0 && deadline_at(timers, (place - 1) / 2) > deadline_at(timers, place)) {
        exchange(timers, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
}

/* The child of a place with the earlier deadline; it must have one. */
static uint32_t earlier_child(const struct timers *timers, uint32_t place)
{
    uint32_t child = 2 * place + 1;

    if (child + 1 < timers->armed && deadline_at(timers, child + 1) < deadline_at(timers, child))
        child++;
    return child;
}

/* Moves the timer at a place, which may be too late for it, towards the leaves. */
static void sink(struct timers *timers, uint32_t place)
{
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
