/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread with a capability table, ring, sched and fault endpoint of its own. It has no TLS and none
   of the library's state: it may use what needs neither. Its faults come to whoever made it. */
#pragma once

#include "own.h"

#include <signet/object.h>

struct worker_shape {
    struct sg_handle aspace; /* none: this process's own, where the ring is mapped then */
    uint32_t slots;
    uint32_t submissions, completions, pages; /* of the ring */
};

struct worker {
    struct sg_owned thread, sched, ring_object, cspace, faults;
    struct sg_handle fault_client;
    void *ring_memory;
    struct sg_ring ring; /* the user's side of its ring */
    uint8_t *stack;
    uint32_t arena; /* where fault messages go */
    struct sg_fault *fault;
};

#define WORKER_BADGE 42u

/* Makes all that it consists of; and binds it, for which there is only one way to go wrong. */
struct worker worker_make(struct worker_shape shape);
struct sg_thread_binding worker_parts(const struct worker *worker, struct sg_handle aspace);
/* Both, and a failed check when it cannot be bound. */
struct worker worker_open(struct worker_shape shape);

/* Takes it apart, whatever it does and whatever is left of it. */
void worker_close(struct worker *worker);

/* Runs entry(argument) on its stack, or on what else is to be in its stack pointer. */
enum sg_status worker_start(const struct worker *worker, void (*entry)(uint64_t),
                            uint64_t argument);
enum sg_status worker_start_on(const struct worker *worker, uint64_t entry, uint64_t argument,
                               uint64_t stack);

/* Waits for its fault message or exit; the completion, OWN_PENDING if none comes. */
struct sg_completion worker_wait(struct worker *worker);
void worker_answer(struct worker *worker, uint32_t token, enum sg_fault_reply reply);

/* Runs it to its exit; the exit's code. Any other end is a failed check. */
uint64_t worker_run(struct worker *worker, const char *name, void (*entry)(uint64_t),
                    uint64_t argument);

/* Puts a copy of a capability into its table; the handle that it has there. */
struct sg_handle worker_give(const struct worker *worker, struct sg_handle handle, uint64_t rights);
