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

/* Empties every class. */
void run_queue_init(struct run_queue *queue);

/* Puts an unlinked link last in its class. */
static inline void run_queue_push(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_push(&queue->class[class], link);
    queue->occupied |= UINT32_C(1) << class;
}

/* Puts an unlinked link first in its class. */
static inline void run_queue_push_front(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_push(queue->class[class].next, link);
    queue->occupied |= UINT32_C(1) << class;
}

/* Takes a queued link out. */
static inline void run_queue_remove(struct run_queue *queue, struct link *link, uint32_t class)
{
    list_remove(link);
    if (list_is_empty(&queue->class[class]))
        queue->occupied &= ~(UINT32_C(1) << class);
}

/* The highest class that has an entry, or CLASS_COUNT. */
MUST_USE static inline uint32_t run_queue_class(const struct run_queue *queue)
{
    uint32_t occupied = queue->occupied;

    if (occupied >= 1u << SG_CLASS_REALTIME)
        return SG_CLASS_REALTIME;
    if (occupied >= 1u << SG_CLASS_INTERACTIVE)
        return SG_CLASS_INTERACTIVE;
    if (occupied >= 1u << SG_CLASS_NORMAL)
        return SG_CLASS_NORMAL;
    return occupied != 0 ? SG_CLASS_IDLE : CLASS_COUNT;
}
