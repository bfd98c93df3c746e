/* SPDX-License-Identifier: BSD-2-Clause */
/* The hostile processes of a run and what they share. */
#pragma once

#include "fixture.h"
#include "host.h"

#define PROCESSES 3u
#define THREADS 3u
#define SHARED 3u
#define FRAMES 220u
#define CANARY_PAGES 8u

struct hostile {
    uint64_t untyped;
    uint64_t cspace;
    uint64_t handle[32]; /* the rest that init has to release */
    uint32_t handle_count;
    uint64_t thread[THREADS];
    uint32_t base; /* offset of its untyped in init's */
    uint32_t next; /* first free frame in its untyped */
    bool is_dying;
};

struct stress {
    struct hostile process[PROCESSES];
    uint64_t endpoint[SHARED];
    uint64_t memory, notification, irq, port, lease, faults;
    uint64_t canary[PROCESSES];
    uint32_t lease_offset;
    uint64_t seed;
    uint32_t step;
    uint32_t lowest; /* first frame that hostile processes may name */
    uint64_t free;   /* frames of init's untyped, when all of them are gone */
    uint32_t timers; /* timer numbers, likewise */
};

extern struct stress stress;

/* Prints what was found, and when, and ends the program. */
NORETURN void report(const char *text);

/* Makes a process with all its threads and starts them. */
void make_process(struct hostile *process);

/* Gives a process what all of them have; what does not fit its cspace is not given. */
void give_shared(const struct hostile *process);

/* One step of the end of a process. It may have destroyed its untyped itself: then it is gone. */
void bury(struct hostile *process);
