/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of this process: each with a ring and a sched of its own, thread-local data, and a stack
   between unmapped pages; all made from the process's untyped, and given back by sg_thread_join. They
   share everything else, the capabilities too. At most SG_THREADS_MAX run at once. A fault in any of them ends the process, and so does
   exit(); a function that overflows its stack is named in the crash record. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "signet/startup.h"
#include "signet/status.h"

#define SG_THREAD_STACK_KIB 32u

struct sg_thread;

/* What a thread is made with; whatever is 0 gets its default. */
struct sg_thread_options {
    const char *name;   /* in crash records; "thread" */
    uint32_t stack_kib; /* SG_THREAD_STACK_KIB */
    /* As in the manifest's ring; 16, 32 and 4. */
    uint32_t ring_submissions, ring_completions, ring_pages;
};

/* Makes a thread and runs function(argument) in it. */
SG_MUST_USE enum sg_status sg_thread_create(const struct sg_thread_options *options,
                                            int (*function)(void *argument), void *argument,
                                            struct sg_thread **thread);
/* Waits until the thread's function has returned, and takes the thread apart. Every thread must be
   joined, by one other. */
SG_MUST_USE enum sg_status sg_thread_join(struct sg_thread *thread, int *result);
/* Ends the calling thread as if its function had returned; the first thread ends the process. */
_Noreturn void sg_thread_leave(int result);

/* The calling thread's number: 0 is the first, and no two that run have the same. */
uint32_t sg_thread_number(void);
/* The thread's sched: to lower it, or to raise it by a cpu capability. */
struct sg_handle sg_thread_sched(const struct sg_thread *thread);
