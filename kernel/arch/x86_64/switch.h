/* SPDX-License-Identifier: BSD-2-Clause */
/* What changes on the CPU from one thread to another, besides the registers that resume restores. */
#pragma once

#include "arch/x86_64/area.h"
#include "arch/x86_64/x86.h"

/* FXSAVE image of a clean machine: all exceptions masked, registers 0. */
extern const uint64_t clean_vector_state[VECTOR_STATE_WORDS];

/* FNINIT first: some processors restore the last x87 instruction's address only when an exception is
   pending, and would let the previous thread's through. */
static inline void load_vector_state(const uint64_t *image)
{
    __asm__ volatile("fninit; fxrstor64 %0" : : "m"(*(const uint64_t(*)[VECTOR_STATE_WORDS])image));
}

/* User mode can load null into segment registers, with any privilege bits, and so change the base of
   %fs: none of that reaches the next thread. (%gs is cleared on every way out.) */
static inline void load_segments(const struct msr_value *tls_base)
{
    __asm__ volatile("movl %0, %%ds\n\t"
                     "movl %0, %%es\n\t"
                     "movl %0, %%fs"
                     :
                     : "r"(0)
                     : "memory");
    x86_write_msr_halves(MSR_FS_BASE, tls_base->low, tls_base->high);
}

/* Changes the address space; false if it is the same. */
static inline bool change_root(uint64_t from_physical, uint64_t to_physical)
{
    if (from_physical == to_physical)
        return false;
    x86_write_cr3(to_physical);
    return true;
}

/* A thread that gave the CPU up in a system call has no vector state to keep, and gets none of another
   address space's. */
static inline void arch_exchange(struct thread *previous, struct thread *next)
{
    const struct arch_context *from = (const struct arch_context *)previous;
    const struct arch_context *to = (const struct arch_context *)next;

    __asm__ volatile("movq %0, %%gs:%c1" : : "r"(next), "i"(CPU_CURRENT) : "memory");
    if (change_root(from->root_physical, to->root_physical))
        load_vector_state(clean_vector_state);
    load_segments(&to->tls_base);
}
