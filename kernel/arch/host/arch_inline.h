/* SPDX-License-Identifier: BSD-2-Clause */
/* The port to a Linux process, inline part: physical memory is one mapping of the process, and a
   frame outside it is a defect of the kernel. */
#pragma once

#include <string.h>

#include "core/base.h"

struct cpu;
struct thread;
struct page_tables;

/* A thread's registers, as far as the kernel above arch can tell. */
struct arch_context {
    uint64_t operation;
    uint64_t handle;
    uint64_t deadline;
    uint64_t token;
    uint64_t word[8];
    bool is_full;
    uint64_t ip;
    uint64_t sp;
    uint64_t argument;
    uint64_t tls;
    const struct page_tables *tables;
};

#define ARCH_REGISTERS

/* Nothing of its own. */
struct arch_cpu {
    uint8_t unused;
};

extern uint8_t *host_memory;
extern uint32_t host_frame_count;
extern struct cpu *host_cpu;

/* The bytes of a frame. */
static inline void *arch_frame_pointer(uint32_t frame)
{
    ASSERT(frame < host_frame_count);
    return host_memory + frame * PAGE_SIZE;
}

static inline void *arch_frame_once(uint32_t frame)
{
    return arch_frame_pointer(frame);
}

/* The frame a pointer into physical memory lies in. */
static inline uint32_t arch_pointer_frame(const void *pointer)
{
    uint64_t offset = (uint64_t)((const uint8_t *)pointer - host_memory);

    ASSERT(offset < host_frame_count * PAGE_SIZE);
    return (uint32_t)(offset / PAGE_SIZE);
}

/* Copies 8-byte words at any alignment. */
static inline void arch_copy_words(void *to, const void *from, uint64_t count)
{
    if (count != 0)
        memmove(to, from, count * sizeof(uint64_t));
}

/* Zeroes 8-byte words. */
static inline void arch_zero_words(void *to, uint64_t count)
{
    if (count != 0)
        memset(to, 0, count * sizeof(uint64_t));
}

void arch_switch(struct thread *previous, struct thread *next);

void arch_exchange(struct thread *previous, struct thread *next);

/* This CPU's state. */
static inline struct cpu *arch_cpu(void)
{
    return host_cpu;
}

/* Whether the kernel lock is this ticket's. */
static inline bool arch_is_serving(const uint32_t *serving, uint32_t ticket)
{
    return __atomic_load_n(serving, __ATOMIC_ACQUIRE) == ticket;
}

/* Adds 1 to a word only this CPU writes, after everything it wrote before. */
static inline void arch_increment_release(uint32_t *value)
{
    __atomic_store_n(value, *value + 1, __ATOMIC_RELEASE);
}

/* Spinning for the kernel lock would never end: CPUs take turns. */
static inline void arch_relax(void)
{
    assert_failed("the kernel lock is free", __FILE__, __LINE__);
}
