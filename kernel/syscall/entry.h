/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways into the kernel. Arch calls them with interrupts off and the context of the thread
   that was running saved; each takes the kernel lock and releases it. */
#pragma once

#include "object/thread.h"

/* The registers of a system call, going in with current in `thread`, and coming out for the thread to
   resume: operation and value then are what that thread finds, handle and deadline are 0. */
struct exchange {
    uint64_t operation;
    struct thread *thread;
    uint64_t value; /* going in: the token */
    uint64_t handle;
    uint64_t deadline;
    uint64_t word0, word1; /* the others are in nobody's way */
};

#define EXCHANGE_PARAMETERS                                                             \
    uint64_t operation, struct thread *current, UNUSED uint64_t token, uint64_t handle, \
        UNUSED uint64_t deadline, uint64_t word0, uint64_t word1

/* A system call, in two parts so that the payload can stay in registers: the short way, which ends with
   arch_long_way having changed nothing when it is not the one to take; */
ARCH_REGISTERS struct exchange kernel_exchange(EXCHANGE_PARAMETERS) __asm__("kernel_exchange");

/* (the port's: stores the registers in current's context and does not return, but where there is
   nothing to jump to: then with a thread of NULL) */
ARCH_REGISTERS struct exchange arch_long_way(EXCHANGE_PARAMETERS) __asm__("arch_long_way");

/* (the same for a call that may be made, with the slot used in the place of the token and the kernel
   lock held: to a server,) */
ARCH_REGISTERS struct exchange arch_call_way(EXCHANGE_PARAMETERS) __asm__("arch_call_way");

/* (what has been done has left current waiting, or somebody else may have to run: the payload is stored,
   everything else is in current's context; the lock is held) */
ARCH_REGISTERS struct exchange arch_leave_way(EXCHANGE_PARAMETERS) __asm__("arch_leave_way");

/* (and to a kernel object, for which nothing is stored unless the thread does not go on at once) */
ARCH_REGISTERS struct exchange arch_object_way(EXCHANGE_PARAMETERS) __asm__("arch_object_way");

/* (an enter, for which the same holds) */
ARCH_REGISTERS struct exchange arch_enter_way(EXCHANGE_PARAMETERS) __asm__("arch_enter_way");

/* and the long way, for everything else, with the registers in current's context: from arch_long_way with
   NULL, from arch_call_way with the slot. Returns the thread to resume, already switched to, or NULL to
   idle. */
struct thread *kernel_operation(struct thread *current, const struct slot *slot);

/* What a call to an object has done, for arch_object_way: its status and value, the lock released; or
   OUTCOME_LEAVE, the lock held and all but the payload in current's context, which is stored then. */
struct outcome {
    uint64_t status;
    uint64_t value;
};

#define OUTCOME_LEAVE (UINT64_C(1) << 32)

struct outcome kernel_object(const struct slot *slot, uint64_t operation, const uint64_t *argument);

/* An enter, for arch_enter_way, the same way. */
struct outcome kernel_enter(uint64_t counts, uint64_t time_ns, uint64_t operation,
                            struct thread *thread);

/* Chooses who runs on, with the lock held; returns as kernel_operation. */
struct thread *kernel_leave(void);

/* Turns a fault of current, whose context is full, into a message to its fault endpoint; returns as
   kernel_operation. `cause` is an enum sg_fault_cause. */
struct thread *kernel_fault(struct thread *current, uint32_t cause, uint64_t code,
                            uint64_t address);

/* Notes an interrupt, which arch_irq_arrived makes that of a line, where the kernel was interrupted. */
void kernel_interrupt(uint32_t number);

/* The same where the current thread was, whose context is full; returns as kernel_operation. */
struct thread *kernel_interrupt_user(uint32_t number);

/* Notes that the one-shot timer has run out. */
void kernel_timer(void);

/* Chooses who runs on after interrupts were noted, the current thread or another; returns as
   kernel_operation. */
struct thread *kernel_next(void);
