/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/trap.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/panic.h"
#include "arch/x86_64/time.h"
#include "arch/x86_64/x86.h"
#include "syscall/entry.h"

enum exception {
    EXCEPTION_DIVIDE = 0,
    EXCEPTION_DEBUG = 1,
    EXCEPTION_NMI = 2,
    EXCEPTION_BREAKPOINT = 3,
    EXCEPTION_OPCODE = 6,
    EXCEPTION_DOUBLE_FAULT = 8,
    EXCEPTION_PROTECTION = 13,
    EXCEPTION_PAGE = 14,
    EXCEPTION_X87 = 16,
    EXCEPTION_MACHINE_CHECK = 18,
    EXCEPTION_VECTOR = 19,
};

#define PAGE_FAULT_RESERVED_BIT 8u

/* Hands an interrupt to whom it concerns. */
static void take_interrupt(uint32_t vector)
{
    if (vector == VECTOR_TIMER) {
        apic_end_of_interrupt();
        time_interrupt();
    } else if (vector == VECTOR_ERROR) {
        apic_clear_error();
        apic_end_of_interrupt();
    } else if (vector >= VECTOR_LINES) {
        ioapic_interrupt(vector - VECTOR_LINES);
    }
}

static struct thread *take_exception(struct thread *current, uint32_t vector, uint64_t error)
{
    switch (vector) {
    case EXCEPTION_PAGE: {
        uint64_t address = x86_read_cr2();

        ASSERT((error & PAGE_FAULT_RESERVED_BIT) == 0);
        return kernel_fault(current, SG_FAULT_PAGE, error, address);
    }
    case EXCEPTION_PROTECTION:
        return kernel_fault(current, SG_FAULT_PROTECTION, error, 0);
    case EXCEPTION_OPCODE:
        return kernel_fault(current, SG_FAULT_INSTRUCTION, 0, 0);
    case EXCEPTION_DIVIDE:
    case EXCEPTION_X87:
    case EXCEPTION_VECTOR:
        return kernel_fault(current, SG_FAULT_ARITHMETIC, vector, 0);
    case EXCEPTION_DEBUG:
    case EXCEPTION_BREAKPOINT:
        return kernel_fault(current, SG_FAULT_DEBUG, vector, 0);
    default:
        return kernel_fault(current, SG_FAULT_OTHER, vector, 0);
    }
}

struct thread *trap_from_user(struct thread *current, uint32_t vector, uint64_t error)
{
    if (vector < VECTOR_EXCEPTIONS)
        return take_exception(current, vector, error);
    take_interrupt(vector);
    return kernel_next(current);
}

void trap_from_kernel(const struct trap_frame *frame)
{
    if (frame->vector >= VECTOR_EXCEPTIONS) {
        take_interrupt((uint32_t)frame->vector);
        return;
    }
    panic_exception(frame->vector == EXCEPTION_PAGE ? "page fault in the kernel"
                                                    : "exception in the kernel",
                    frame);
}

void trap_stop(const struct trap_frame *frame)
{
    switch (frame->vector) {
    case EXCEPTION_NMI:
        panic_exception("non-maskable interrupt", frame);
    case EXCEPTION_DOUBLE_FAULT:
        panic_exception("double fault: the kernel stack may have overflowed", frame);
    case EXCEPTION_MACHINE_CHECK:
    default:
        panic_exception("machine check", frame);
    }
}
