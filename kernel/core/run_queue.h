/* SPDX-License-Identifier: BSD-2-Clause */
/* Runnable scheds of one CPU: a first-in first-out list a class; the highest class that has one goes
   first. Weights act through the length of the time slice. */
#pragma once

#include "abi/object.h"
#include "core/base.h"
#include "core/list.h"

#define CLASS_COUNT 4u

struct run_queue {
    struct link class[CLASS_COUNT];
    uint32_t occupied; /* bit c: class c has an entry */
};

/*@ logic boolean class_bit(integer word, integer n) = (boolean)((word & (1 << n)) != 0);

    predicate class_bits_same_except(integer a, integer b, integer n) =
      \forall integer m; 0 <= m < CLASS_COUNT && m != n ==> (class_bit(a, m) <==> class_bit(b, m));

    // The bit of a class tells whether it has an entry.
    predicate run_queue_tells(struct run_queue *queue, integer c) =
      class_bit(queue->occupied, c) <==> queue->class[c].next != &queue->class[c];

    // A link of the list of a class that may be written: its head, or outside the queue.
    predicate run_queue_link(struct run_queue *queue, struct link *link, integer c) =
      \valid(link) && (link == &queue->class[c] || \separated(link, queue));

    predicate run_queue_near(struct run_queue *queue, struct link *link, integer c) =
      run_queue_link(queue, link->next, c) && run_queue_link(queue, link->prev, c) &&
      link->next->prev == link && link->prev->next == link &&
      (link->next == link && link->prev == link ||
       \separated(link, link->next) && \separated(link, link->prev)) &&
      (link->next == link->prev || \separated(link->next, link->prev));
*/

/* Empties every class. */
/*@ requires \valid(queue);
    assigns *queue;
    ensures \forall integer c; 0 <= c < CLASS_COUNT ==> queue->class[c].next == &queue->class[c];
    ensures \forall integer c; 0 <= c < CLASS_COUNT ==> queue->class[c].prev == &queue->class[c];
    ensures queue->occupied == 0;
*/
void run_queue_init(struct run_queue *queue);

/* The bit of a class. */
/*@ requires class < CLASS_COUNT;
    assigns \nothing;
    ensures \result == (1 << class);
*/
static inline uint32_t class_mask(uint32_t class)
{
    return UINT32_C(1) << class;
}

/* Puts an unlinked link last in its class. */
/*@ requires \valid(queue) && \valid(link) && class < CLASS_COUNT;
    requires \separated(link, queue);
    requires run_queue_near(queue, &queue->class[class], class);
    requires \separated(link, queue->class[class].next) && \separated(link, queue->class[class].prev);
    assigns link->next, link->prev, queue->class[class].next, queue->class[class].prev,
            queue->class[class].next->prev, queue->class[class].prev->next
      \from queue, link, class, queue->class[class];
    assigns queue->occupied \from queue->occupied, class;
    ensures last: queue->class[class].prev == link && link->next == &queue->class[class];
    ensures tells: run_queue_tells(queue, class);
    ensures others: class_bits_same_except(queue->occupied, \old(queue->occupied), class);
*/
static inline void run_queue_push(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_push(&queue->class[class], link);
    queue->occupied |= class_mask(class);
}

/* Puts an unlinked link first in its class. */
/*@ requires \valid(queue) && \valid(link) && class < CLASS_COUNT;
    requires \separated(link, queue);
    requires run_queue_near(queue, &queue->class[class], class);
    requires \separated(link, queue->class[class].next) && \separated(link, queue->class[class].prev);
    assigns link->next, link->prev, queue->class[class].next, queue->class[class].prev,
            queue->class[class].next->prev, queue->class[class].prev->next
      \from queue, link, class, queue->class[class];
    assigns queue->occupied \from queue->occupied, class;
    ensures first: queue->class[class].next == link && link->prev == &queue->class[class];
    ensures tells: run_queue_tells(queue, class);
    ensures others: class_bits_same_except(queue->occupied, \old(queue->occupied), class);
*/
static inline void run_queue_push_front(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_push(queue->class[class].next, link);
    queue->occupied |= class_mask(class);
}

/* Takes a queued link out. */
/*@ requires \valid(queue) && \valid(link) && class < CLASS_COUNT;
    requires \separated(link, queue) && run_queue_near(queue, link, class);
    requires run_queue_tells(queue, class);
    assigns link->next, link->prev, link->next->prev, link->prev->next
      \from link, link->next, link->prev;
    assigns queue->occupied \from queue->occupied, class, queue->class[class], *link;
    ensures alone: link->next == link && link->prev == link;
    ensures closed: \old(link->next)->prev == \old(link->prev) &&
                    \old(link->prev)->next == \old(link->next);
    ensures tells: run_queue_tells(queue, class);
    ensures others: class_bits_same_except(queue->occupied, \old(queue->occupied), class);
*/
static inline void run_queue_remove(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_remove(link);
    if (list_is_empty(&queue->class[class]))
        queue->occupied &= ~class_mask(class);
}

/* The highest class that has an entry, or CLASS_COUNT. */
/*@ requires \valid_read(queue);
    assigns \nothing;
    ensures \result <= CLASS_COUNT;
    ensures occupied: \result < CLASS_COUNT ==> class_bit(queue->occupied, \result);
    ensures highest: \forall integer c; \result < c < CLASS_COUNT ==>
      !class_bit(queue->occupied, c);
    ensures none: \result == CLASS_COUNT ==>
      \forall integer c; 0 <= c < CLASS_COUNT ==> !class_bit(queue->occupied, c);
*/
MUST_USE static inline uint32_t run_queue_class(const struct run_queue *queue)
{
    uint32_t occupied = queue->occupied;

    if (occupied & 1u << SG_CLASS_REALTIME)
        return SG_CLASS_REALTIME;
    if (occupied & 1u << SG_CLASS_INTERACTIVE)
        return SG_CLASS_INTERACTIVE;
    if (occupied & 1u << SG_CLASS_NORMAL)
        return SG_CLASS_NORMAL;
    return occupied & 1u << SG_CLASS_IDLE ? SG_CLASS_IDLE : CLASS_COUNT;
}
