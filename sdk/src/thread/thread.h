/* SPDX-License-Identifier: BSD-2-Clause */
/* What a thread consists of. One mapping holds its stack, above it this struct, above that its
   thread-local data. */
#pragma once

#include "signet/frames.h"
#include "signet/ring.h"
#include "signet/sync.h"
#include "signet/thread.h"

struct sg_thread {
    uint32_t index;
    struct sg_ring ring;
    struct sg_owned thread, sched, ring_object;
    void *ring_memory;
    void *mapping;
    uint64_t stack_high; /* where the stack ends and this struct begins */
    uint64_t thread_pointer;
    int (*function)(void *argument);
    void *argument;
    int result;
    uint32_t has_ended;
    struct sg_waiters joiner;
};
