/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's side of a test: both system calls, over one ring. What it is not told, fails. */
#pragma once

#include "signet/ring.h"
#include "signet/startup.h"
#include "signet/syscall.h"

#define FAKE_SUBMISSIONS 8u
#define FAKE_COMPLETIONS 16u
#define FAKE_PAGES 8u
#define FAKE_PAGES_MAX 64u
#define FAKE_TAKEN_MAX 512u

struct fake_kernel {
    struct sg_submission taken[FAKE_TAKEN_MAX]; /* submissions consumed, oldest first */
    uint32_t taken_count;
    uint32_t take_limit;  /* submissions it will still consume; UINT32_MAX at first */
    uint64_t deadline_ns; /* of the last enter */
    uint32_t wait_count;  /* of the last enter */
    uint32_t enter_count;
    void (*wait)(void); /* called when enter must wait; may complete something */
    void (*invoke)(struct sg_registers *registers);
};

extern struct fake_kernel fake_kernel;

/* Starts a process with a fresh ring, whose indices begin at `first_index`. */
void fake_begin(uint32_t first_index);
/* The same with a ring of that size. */
void fake_begin_with(uint32_t first_index, struct sg_ring_geometry geometry);

/* The startup block of that process, to be changed before fake_begin. */
extern struct sg_startup fake_startup;

/* Posts a completion. */
void fake_complete(const struct sg_completion *completion);
