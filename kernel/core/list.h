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

static inline void list_init(struct link *link)
{
    link->next = link;
    link->prev = link;
}

static inline bool list_is_empty(const struct link *head)
{
    return head->next == head;
}

/* Puts an unlinked link last in the list of head. */
static inline void list_push(struct link *head, struct link *link)
{
    struct link *last = head->prev;

    link->next = head;
    link->prev = last;
    last->next = link;
    head->prev = link;
}

/* Takes a link out of whatever list it is in; harmless when it is in none. */
static inline void list_remove(struct link *link)
{
    struct link *next = link->next;
    struct link *prev = link->prev;

    prev->next = next;
    next->prev = prev;
    link->next = link;
    link->prev = link;
}
