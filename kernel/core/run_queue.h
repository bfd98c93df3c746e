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

void run_queue_init(struct run_queue *queue);

/* Puts an unlinked link last in its class. */
void run_queue_push(struct run_queue *queue, struct link *link, uint32_t class);

/* Takes a queued link out. */
void run_queue_remove(struct run_queue *queue, struct link *link, uint32_t class);

/* The highest class that has an entry, or CLASS_COUNT. */
MUST_USE uint32_t run_queue_class(const struct run_queue *queue);
