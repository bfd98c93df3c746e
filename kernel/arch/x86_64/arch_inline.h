/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the port that is inline: a thread's registers, the direct map, copying, this CPU. */
#pragma once

#include "arch/x86_64/layout.h"
#include "core/base.h"

struct area;
struct cpu;
struct thread;

/* rax rcx rdx rdi rsi r8 r9 in order, both ways; rbx, rbp and r12 to r15 are the caller's. */
#define ARCH_REGISTERS __attribute__((regcall))

#define VECTOR_STATE_WORDS 64u /* an FXSAVE image */

/* As WRMSR takes it. */
struct msr_value {
    uint32_t low;
    uint32_t high;
};

/* A thread's registers while it does not run in user mode. Not full: it made a system call, and only
   the registers of abi/ring.h, rip, rflags and rsp have a meaning. Full: all of them, and
   vector_state unless the thread is current. A thread in user mode has is_full false. */
struct arch_context {
    uint64_t operation; /* rax */
    uint64_t handle;    /* rdi */
    uint64_t deadline;  /* rsi */
    uint64_t token;     /* rdx */
    uint64_t word[8];   /* r8 r9 rbx rbp r12 r13 r14 r15 */
    uint64_t rip;
    uint64_t rflags;
    uint64_t rsp;
    bool is_full;
    uint64_t rcx, r11, r10;
    struct msr_value tls_base; /* kept by arch_context_start, */
    uint64_t root_physical;    /* and so are the page tables it runs in */
    uint64_t vector_state[VECTOR_STATE_WORDS] ALIGNED(16);
};

/* entry.S knows the fields by these offsets. */
#define CONTEXT_OFFSET_IS(field, offset) \
    _Static_assert(offsetof(struct arch_context, field) == (offset), "entry.S")
CONTEXT_OFFSET_IS(operation, CONTEXT_OPERATION);
CONTEXT_OFFSET_IS(handle, CONTEXT_HANDLE);
CONTEXT_OFFSET_IS(deadline, CONTEXT_DEADLINE);
CONTEXT_OFFSET_IS(token, CONTEXT_TOKEN);
CONTEXT_OFFSET_IS(word, CONTEXT_WORD);
CONTEXT_OFFSET_IS(rip, CONTEXT_RIP);
CONTEXT_OFFSET_IS(rflags, CONTEXT_RFLAGS);
CONTEXT_OFFSET_IS(rsp, CONTEXT_RSP);
CONTEXT_OFFSET_IS(is_full, CONTEXT_IS_FULL);
CONTEXT_OFFSET_IS(rcx, CONTEXT_RCX);
CONTEXT_OFFSET_IS(r11, CONTEXT_R11);
CONTEXT_OFFSET_IS(r10, CONTEXT_R10);

/* The port's part of struct cpu, right after `current`. */
struct arch_cpu {
    uint64_t stack_top;
    struct area *area;
    struct cpu *self;
};

static inline void *arch_frame_once(uint32_t frame)
{
    return (void *)(DIRECT_MAP + ((uint64_t)frame << PAGE_SHIFT));
}

static inline void *arch_frame_pointer(uint32_t frame)
{
    void *pointer = arch_frame_once(frame);

    IN_REGISTER(pointer); /* instead of ten bytes for each address made of it */
    return pointer;
}

static inline uint32_t arch_pointer_frame(const void *pointer)
{
    _Static_assert((uint32_t)(DIRECT_MAP >> PAGE_SHIFT) == 0, "where the map begins does not show");
    return (uint32_t)((uint64_t)pointer >> PAGE_SHIFT);
}

static inline void arch_copy_words(void *to, const void *from, uint64_t count)
{
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static inline void arch_zero_words(void *to, uint64_t count)
{
    __asm__ volatile("rep stosq" : "+D"(to), "+c"(count) : "a"(0) : "memory");
}

/* Never changes while a CPU runs, so the compiler may keep it. */
static inline struct cpu *arch_cpu(void)
{
    struct cpu *cpu;

    __asm__("movq %%gs:%c1, %0" : "=r"(cpu) : "i"(CPU_SELF));
    return cpu;
}

/* A load is an acquire here. */
static inline bool arch_is_serving(const uint32_t *serving, uint32_t ticket)
{
    bool is_equal;

    __asm__ volatile("cmpl %2, %1" : "=@cce"(is_equal) : "m"(*serving), "r"(ticket) : "memory");
    return is_equal;
}

/* A store is a release here, and one instruction does. */
static inline void arch_increment_release(uint32_t *value)
{
    __asm__ volatile("incl %0" : "+m"(*value) : : "memory");
}

/* Not a call for the compiler: nobody is to save a register for a way that is hardly ever taken. */
static inline void arch_relax(void)
{
    __asm__ volatile("call relax" : : : "memory", "cc");
}

#include "arch/x86_64/switch.h"
