/* SPDX-License-Identifier: BSD-2-Clause */
/* The five ways into the kernel. Arch calls them with interrupts off and the context of the thread
   that was running saved; each takes the kernel lock and releases it. */
#pragma once

#include "object/thread.h"

/* Carries out the system call in current's context and returns the thread to resume, already
   switched to, or NULL to idle. */
struct thread *kernel_syscall(struct thread *current);

/* kernel_syscall in two parts, for a port that can save a copy: the short way, which returns a thread
   whose payload registers are to be loaded with current's, or NULL having changed nothing; */
struct thread *kernel_exchange(struct thread *current);

/* and the long way, for everything. */
struct thread *kernel_operation(struct thread *current);

/* Turns a fault of current, whose context is full, into a message to its fault endpoint; returns as
   kernel_syscall. `cause` is an enum sg_fault_cause. */
struct thread *kernel_fault(struct thread *current, uint32_t cause, uint64_t code,
                            uint64_t address);

/* Notes an interrupt of a line, which arch has masked and acknowledged at its controller. */
void kernel_interrupt(uint32_t line);

/* Notes that the one-shot timer has run out. */
void kernel_timer(void);

/* Chooses who runs on after interrupts were noted: current (NULL: the CPU was idle) or another;
   returns as kernel_syscall. */
struct thread *kernel_next(struct thread *current);
