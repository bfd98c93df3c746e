/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions and interrupts as entry.S hands them over. */
#pragma once

#include "object/thread.h"

/* What an exception in the kernel, or an abort anywhere, leaves on the stack. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector;
    uint64_t error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Builds the interrupt descriptor table, which all CPUs share. */
void trap_gates_init(void);

/* An exception or interrupt of user mode; current's context is full. Returns the thread to resume. */
struct thread *trap_from_user(struct thread *current, uint32_t vector, uint64_t error);

/* An interrupt let in by arch_interrupt_window or by idling; anything else is a kernel defect. */
void trap_from_kernel(const struct trap_frame *frame);

/* Double fault, NMI, machine check. */
NORETURN void trap_stop(const struct trap_frame *frame);

/* Leaves the kernel as the thread; NULL idles. */
NORETURN void arch_resume(struct thread *thread);
