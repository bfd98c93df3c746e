/* SPDX-License-Identifier: BSD-2-Clause */
/* Circular doubly linked lists threaded through the objects they hold. A link that is in no list
   points to itself; link->next->prev == link->prev->next == link always. */
#pragma once

#include "core/base.h"

/* The object a link is a member of. */
#define CONTAINER_OF(pointer, type, member) \
    ((type *)((uint8_t *)(pointer)-offsetof(type, member)))

struct link {
    struct link *next;
    struct link *prev;
};

/* Makes a link that is in no list, or an empty list. */
/*@ requires \valid(link);
    assigns link->next, link->prev \from link;
    ensures link->next == link && link->prev == link;
*/
static inline void list_init(struct link *link)
{
    link->next = link;
    link->prev = link;
}

/* Whether a list has no entry. */
/*@ requires \valid_read(head);
    assigns \nothing;
    ensures \result <==> head->next == head;
*/
static inline bool list_is_empty(const struct link *head)
{
    const struct link *first = head->next;

    return first == head;
}

/* Puts an unlinked link last in the list of head. */
/*@ requires \valid(head) && \valid(link) && \valid(head->prev) && head->prev->next == head;
    requires \separated(link, head) && \separated(link, head->prev);
    requires head->prev == head || \separated(head, head->prev);
    assigns link->next, link->prev, head->prev, head->prev->next \from link, head, head->prev;
    ensures last: head->prev == link && link->next == head;
    ensures joined: link->prev == \old(head->prev) && link->prev->next == link;
*/
static inline void list_push(struct link *head, struct link *link)
{
    struct link *last = head->prev;

    link->next = head;
    link->prev = last;
    last->next = link;
    head->prev = link;
}

/* Takes a link out of whatever list it is in; harmless when it is in none. */
/*@ requires \valid(link) && \valid(link->next) && \valid(link->prev);
    requires link->next->prev == link && link->prev->next == link;
    requires link->next == link && link->prev == link ||
             \separated(link, link->next) && \separated(link, link->prev);
    requires link->next == link->prev || \separated(link->next, link->prev);
    assigns link->next, link->prev, link->next->prev, link->prev->next
      \from link, link->next, link->prev;
    ensures alone: link->next == link && link->prev == link;
    ensures closed: \old(link->next)->prev == \old(link->prev) &&
                    \old(link->prev)->next == \old(link->next);
*/
static inline void list_remove(struct link *link)
{
    struct link *next = link->next;
    struct link *prev = link->prev;

    prev->next = next;
    next->prev = prev;
    link->next = link;
    link->prev = link;
}
