/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/trap.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/panic.h"
#include "arch/x86_64/time.h"
#include "arch/x86_64/x86.h"
#include "object/machine.h"
#include "syscall/entry.h"

enum exception {
    EXCEPTION_NMI = 2,
    EXCEPTION_DOUBLE_FAULT = 8,
    EXCEPTION_PAGE = 14,
};

/* What user mode is told of an exception; SG_FAULT_OTHER, but those not listed are 0 here. */
static const uint8_t causes[VECTOR_EXCEPTIONS] = {
    [0] = SG_FAULT_ARITHMETIC,                        /* divide */
    [1] = SG_FAULT_DEBUG,       [3] = SG_FAULT_DEBUG, /* breakpoint */
    [6] = SG_FAULT_INSTRUCTION, [13] = SG_FAULT_PROTECTION, [EXCEPTION_PAGE] = SG_FAULT_PAGE,
    [16] = SG_FAULT_ARITHMETIC, /* x87 */
    [19] = SG_FAULT_ARITHMETIC, /* vector */
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
    } else if (vector == VECTOR_NUDGE) {
        apic_end_of_interrupt();
    } else if (vector == VECTOR_FLUSH) {
        apic_end_of_interrupt();
        flush_serve();
    } else if (vector >= VECTOR_LINES) {
        kernel_interrupt(vector - VECTOR_LINES);
    }
}

static struct thread *take_exception(struct thread *current, uint32_t vector, uint64_t error)
{
    uint32_t cause = causes[vector] != 0 ? causes[vector] : SG_FAULT_OTHER;
    bool has_error = cause == SG_FAULT_PAGE || cause == SG_FAULT_PROTECTION;
    uint64_t address = cause == SG_FAULT_PAGE ? x86_read_cr2() : 0;

    ASSERT(cause != SG_FAULT_PAGE || (error & PAGE_FAULT_RESERVED_BIT) == 0);
    return kernel_fault(current, cause, has_error ? error : vector, address);
}

struct thread *trap_from_user(struct thread *current, uint32_t vector, uint64_t error)
{
    if (vector < VECTOR_EXCEPTIONS)
        return take_exception(current, vector, error);
    arch_cpu()->interrupts++;
    if (LIKELY(vector - VECTOR_LINES < LINES_MAX))
        return kernel_interrupt_user(vector - VECTOR_LINES);
    take_interrupt(vector);
    return vector == VECTOR_FLUSH ? current : kernel_next();
}

void trap_from_kernel(const struct trap_frame *frame)
{
    if (frame->vector < VECTOR_EXCEPTIONS)
        panic_exception(frame->vector == EXCEPTION_PAGE ? "page fault in the kernel"
                                                        : "exception in the kernel",
                        frame);
    arch_cpu()->interrupts++;
    take_interrupt((uint32_t)frame->vector);
}

void trap_stop(const struct trap_frame *frame)
{
    if (frame->vector == EXCEPTION_DOUBLE_FAULT)
        panic_exception("double fault: the kernel stack may have overflowed", frame);
    if (frame->vector != EXCEPTION_NMI)
        panic_exception("machine check", frame);
    panic_stop_if_another_panics();
    panic_exception("non-maskable interrupt", frame);
}

void arch_nudge(uint32_t cpu)
{
    apic_send(areas[cpu].apic_id, VECTOR_NUDGE);
}
