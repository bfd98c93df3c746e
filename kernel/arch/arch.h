/* SPDX-License-Identifier: BSD-2-Clause */
/* The port: everything the floors above need of a machine. x86_64/ implements it for the machine,
   host/ for a Linux process. Portable types only; no page-table bit or register name leaks out,
   except through struct arch_context, whose named fields are the registers of the system calls. */
#pragma once

#include "abi/object.h"
#include "abi/ring.h"
#include "core/base.h"
#include "core/frames.h"
#include "core/pool.h"

/* Chosen by include path. Each gives:
     struct arch_context    a thread's registers; portable fields: operation, handle, deadline, token,
                            word[8] (the registers of invoke and enter, abi/ring.h), is_full
     struct arch_cpu        the port's own part of a struct cpu
     arch_frame_pointer     (frame) -> the frame's bytes in the direct map, inline
     arch_frame_once        the same, where hardly more than one access follows
     arch_pointer_frame     (pointer into the direct map) -> its frame, inline
     arch_copy_words        (to, from, count of 8-byte words), inline; ranges never overlap
     arch_zero_words        (to, count of 8-byte words), inline
     arch_cpu               () -> this CPU's struct cpu, inline
     ARCH_REGISTERS         calling convention of kernel_exchange (syscall/entry.h), whose arguments
                            and results stay in the registers of the system call
     arch_exchange          (previous, next) makes next this CPU's current and arch_switch to it, both
                            threads being in system calls, inline
     arch_is_serving        (word, ticket) whether a ticket's turn has come; after it, whatever was
                            written before the word said so can be seen; inline
     arch_increment_release (word) adds 1 to a word only this CPU writes, after all it wrote, inline
     arch_relax             () one turn of waiting for the kernel lock: does what its holder asks of
                            this CPU, inline */
#include "arch_inline.h"

struct cpu;
struct page_tables;
struct thread;

/* --- contexts ------------------------------------------------------------------------------- */

/* Makes a context that starts at ip with a clean machine: all registers 0 but sp and the argument,
   vector state initial; in the address space and with the TLS base that it has. It is full: is_full makes
   resume restore every register. */
void arch_context_start(struct arch_context *context, uint64_t ip, uint64_t sp, uint64_t argument);

/* Sets the TLS base a context runs with. Applied at the next switch to it. */
void arch_context_set_tls(struct arch_context *context, uint64_t base);

/* Makes the context run in the address space of these tables. */
void arch_context_set_tables(struct arch_context *context, const struct page_tables *tables);

/* Fills the registers of a fault message from a full context. */
void arch_context_describe(const struct arch_context *context, struct sg_fault *fault);

/* Makes the CPU run as `next` (address space, TLS, vector state) instead of `previous`, either of
   which may be NULL (idle: the kernel's own tables). A context that is not full gives up its vector state; nothing of one address
   space's registers survives into another's. The registers themselves are restored on resume. */
void arch_switch(struct thread *previous, struct thread *next);

/* --- address spaces --------------------------------------------------------------------------- */

/* Page tables of one aspace: `pool` hands out table frames first_frame + i; entry counts are kept in
   the frame descriptors (frame.entries). The root is table 0. The port may remember one table, so that
   what is beside the last mapping is found without a walk. */
struct page_tables {
    struct frames *frames;
    struct pool pool;
    uint32_t first_frame;
    uint64_t recent_place;    /* which addresses the table that is remembered is for, */
    uint64_t *recent_entries; /* its entries, */
    uint32_t *recent_count;   /* and how many of them are present */
};

/* Takes table 0 as the root of an empty user half over the shared kernel half. */
void arch_tables_init(struct page_tables *tables);

/* Maps pages to consecutive frames with enum sg_permission (never write and execute): SG_OK; or, with
   nothing changed, SG_EXISTS when one is mapped, SG_NO_FRAMES when too few table frames are free. The
   range lies in [SG_USER_BASE, SG_USER_END) and is not empty. */
MUST_USE enum sg_status arch_map(struct page_tables *tables, uint64_t address, uint32_t first_frame,
                                 uint32_t page_count, uint32_t permissions);

/* Unmaps mapped pages and gives empty tables back. Nothing of it may be reused before arch_flush. */
void arch_unmap(struct page_tables *tables, uint64_t address, uint32_t page_count);

/* Returns when what was unmapped is in no CPU's TLB. */
void arch_flush(void);

/* --- time, interrupts, ports -------------------------------------------------------------------- */

/* Monotonic nanoseconds since boot. */
/*@ assigns \nothing; */
uint64_t arch_now_ns(void);

/* Interrupts this CPU once, at or soon after deadline_ns; UINT64_MAX never. Replaces the last. */
void arch_timer_arm(uint64_t deadline_ns);

/* Connects an interrupt line, masked: SG_OK, SG_BAD_ARGUMENT (no such line), SG_BUSY (in use). */
MUST_USE enum sg_status arch_irq_open(uint32_t line, enum sg_irq_trigger trigger);
void arch_irq_close(uint32_t line);
void arch_irq_mask(uint32_t line);
void arch_irq_unmask(uint32_t line);

/* Masks and acknowledges an interrupt by the port's own number: its line, or UINT32_MAX when it is not to
   be delivered. */
MUST_USE uint32_t arch_irq_arrived(uint32_t number);

uint32_t arch_port_in(uint16_t port, uint32_t width);
void arch_port_out(uint16_t port, uint32_t width, uint32_t value);

/* Lets pending interrupts in for a moment; the kernel lock is not held. The handlers only note what
   happened (kernel_interrupt, kernel_timer) and come back here. */
void arch_interrupt_window(void);

/* --- other CPUs ------------------------------------------------------------------------------------- */

/* Interrupts a CPU by its number: it calls kernel_next soon. */
void arch_nudge(uint32_t cpu);

/* --- the end -------------------------------------------------------------------------------------- */

/* Prints registers, a symbolised backtrace and a cause, which may say numbers as %u, and stops the
   machine with a distinct status. Never returns. */
NORETURN void arch_panic(const char *cause, ...) __attribute__((format(printf, 1, 2)));

/* --- what arch calls above: kernel/syscall/entry.h ---------------------------------------------- */
