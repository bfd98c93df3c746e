/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheds that wait for one CPU. The highest class that has one goes first; within a class whoever is
   furthest behind in virtual time, which passes for a sched the slower the more it weighs. Virtual time
   is cut into turns of equal length, and a queue has a list for each of the TURNS turns from `now` on:
   first in, first out among those of one turn, and finding, adding and removing cost the same however
   many wait. Whoever is further ahead than that waits in the last turn there is, whoever is behind in
   the first. */
#pragma once

#include "abi/object.h"
#include "core/base.h"
#include "core/list.h"

#define CLASS_COUNT 4u
#define TURNS 16u

/* What waits of one class. */
struct turns {
    struct link list[TURNS]; /* turn number t is list t % TURNS */
    uint64_t now;            /* number of the first turn */
    uint32_t count;          /* of entries in all lists */
};

struct run_queue {
    struct turns class[CLASS_COUNT];
};

/*@ predicate turns_empty(struct turns *turns) =
      turns->count == 0 && turns->now == 0 &&
      \forall integer n; 0 <= n < TURNS ==>
        turns->list[n].next == &turns->list[n] && turns->list[n].prev == &turns->list[n];

    predicate turn_has_entry(struct turns *turns, integer turn) =
      turns->list[turn % TURNS].next != &turns->list[turn % TURNS];

    // A link of a list that may be written: its head, or outside the queue.
    predicate turns_link(struct turns *turns, struct link *link, integer n) =
      \valid(link) && (link == &turns->list[n] || \separated(link, turns));

    predicate turns_near(struct turns *turns, struct link *link, integer n) =
      turns_link(turns, link->next, n) && turns_link(turns, link->prev, n) &&
      link->next->prev == link && link->prev->next == link &&
      (link->next == link && link->prev == link ||
       \separated(link, link->next) && \separated(link, link->prev)) &&
      (link->next == link->prev || \separated(link->next, link->prev));
*/

/* Empties every class. */
/*@ requires \valid(queue);
    assigns *queue;
    ensures turns_empty(&queue->class[0]) && turns_empty(&queue->class[1]);
    ensures turns_empty(&queue->class[2]) && turns_empty(&queue->class[3]);
*/
void run_queue_init(struct run_queue *queue);

/* The list for a turn: its own, or the nearest there is. */
/*@ requires \valid_read(turns) && turns->now <= UINT64_MAX - TURNS;
    assigns \nothing;
    ensures \result < TURNS;
    ensures behind: turn <= turns->now ==> \result == turns->now % TURNS;
    ensures own: turns->now <= turn < turns->now + TURNS ==> \result == turn % TURNS;
    ensures ahead: turn >= turns->now + TURNS ==> \result == (turns->now + TURNS - 1) % TURNS;
*/
MUST_USE static inline uint32_t turns_place(const struct turns *turns, uint64_t turn)
{
    if (turn < turns->now)
        turn = turns->now;
    if (turn > turns->now + TURNS - 1)
        turn = turns->now + TURNS - 1;
    return (uint32_t)(turn % TURNS);
}

/* Puts an unlinked link last in a list. */
/*@ requires \valid(turns) && \valid(link) && place < TURNS && turns->count < UINT32_MAX;
    requires \separated(link, turns);
    requires turns_near(turns, &turns->list[place], place);
    requires \separated(link, turns->list[place].next) && \separated(link, turns->list[place].prev);
    assigns link->next, link->prev, turns->list[place].next, turns->list[place].prev,
            turns->list[place].next->prev, turns->list[place].prev->next
      \from turns, link, place, turns->list[place];
    assigns turns->count \from turns->count;
    ensures last: turns->list[place].prev == link && link->next == &turns->list[place];
    ensures counted: turns->count == \old(turns->count) + 1;
*/
static inline void turns_push(struct turns *turns, struct link *link, uint32_t place)
{
    list_push(&turns->list[place], link);
    turns->count++;
}

/* Puts an unlinked link first in a list. */
/*@ requires \valid(turns) && \valid(link) && place < TURNS && turns->count < UINT32_MAX;
    requires \separated(link, turns);
    requires turns_near(turns, &turns->list[place], place);
    requires \separated(link, turns->list[place].next) && \separated(link, turns->list[place].prev);
    assigns link->next, link->prev, turns->list[place].next, turns->list[place].prev,
            turns->list[place].next->prev, turns->list[place].prev->next
      \from turns, link, place, turns->list[place];
    assigns turns->count \from turns->count;
    ensures first: turns->list[place].next == link && link->prev == &turns->list[place];
    ensures counted: turns->count == \old(turns->count) + 1;
*/
static inline void turns_push_front(struct turns *turns, struct link *link, uint32_t place)
{
    list_push(turns->list[place].next, link);
    turns->count++;
}

/* Takes the link of an entry out of its list. */
/*@ requires \valid(turns) && \valid(link) && turns->count > 0;
    requires \separated(link, turns);
    requires \exists integer n; 0 <= n < TURNS && turns_near(turns, link, n);
    assigns link->next, link->prev, link->next->prev, link->prev->next
      \from link, link->next, link->prev;
    assigns turns->count \from turns->count;
    ensures alone: link->next == link && link->prev == link;
    ensures closed: \old(link->next)->prev == \old(link->prev) &&
                    \old(link->prev)->next == \old(link->next);
    ensures counted: turns->count == \old(turns->count) - 1;
*/
static inline void turns_remove(struct turns *turns, struct link *link)
{
    list_remove(link);
    turns->count--;
}

/* The list of a turn. */
/*@ requires \valid_read(turns);
    assigns \result \from turns, turn;
    ensures \result == &turns->list[turn % TURNS];
*/
static inline struct link *turns_list(struct turns *turns, uint64_t turn)
{
    uint32_t place = (uint32_t)(turn % TURNS);

    return &turns->list[place];
}

/* Lets virtual time pass until the first turn that has an entry, and returns that entry; some turn must
   have one. */
/*@ requires \valid(turns) && turns->now <= UINT64_MAX - TURNS;
    requires some: \exists integer t; turns->now <= t < turns->now + TURNS && turn_has_entry(turns, t);
    assigns turns->now, \result \from *turns, indirect: turns;
    ensures entry: turn_has_entry(turns, turns->now);
    ensures first: \result == turns->list[turns->now % TURNS].next;
    ensures onwards: \old(turns->now) <= turns->now < \old(turns->now) + TURNS;
    ensures earliest: \forall integer t; \old(turns->now) <= t < turns->now ==>
      !turn_has_entry(turns, t);
*/
struct link *turns_first(struct turns *turns);

/* The highest class that has an entry, or CLASS_COUNT. */
/*@ requires \valid_read(queue);
    assigns \nothing;
    ensures \result <= CLASS_COUNT;
    ensures occupied: \result < CLASS_COUNT ==> queue->class[\result].count != 0;
    ensures highest: \forall integer c; \result < c < CLASS_COUNT ==> queue->class[c].count == 0;
    ensures none: \result == CLASS_COUNT ==>
      \forall integer c; 0 <= c < CLASS_COUNT ==> queue->class[c].count == 0;
*/
MUST_USE static inline uint32_t run_queue_class(const struct run_queue *queue)
{
    if (queue->class[SG_CLASS_REALTIME].count != 0)
        return SG_CLASS_REALTIME;
    if (queue->class[SG_CLASS_INTERACTIVE].count != 0)
        return SG_CLASS_INTERACTIVE;
    if (queue->class[SG_CLASS_NORMAL].count != 0)
        return SG_CLASS_NORMAL;
    return queue->class[SG_CLASS_IDLE].count != 0 ? SG_CLASS_IDLE : CLASS_COUNT;
}
