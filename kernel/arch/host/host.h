/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that the kernel believes it runs on, as the tests see and steer it: physical memory,
   virtual time, interrupt lines, I/O ports, and CPUs whose TLBs forget only when they are told to. CPUs
   take turns: each way through the kernel is gone to its end, or to the window in which it lets
   interrupts in, before another CPU does anything. */
#pragma once

#include "arch/arch.h"
#include "object/machine.h"

#define HOST_LINES 24u
#define HOST_TLB_MAX 64u

struct host_line {
    bool is_open;
    bool is_masked;
    bool is_pending; /* raised while masked */
    enum sg_irq_trigger trigger;
};

/* A translation a CPU may go on using until it is flushed. */
struct host_tlb_entry {
    uint64_t page;
    uint32_t frame;
};

struct host_processor {
    uint64_t armed_ns;      /* the one-shot timer; UINT64_MAX: never */
    struct thread *running; /* what arch_switch was told last */
    const struct page_tables *tables;
    struct host_tlb_entry tlb[HOST_TLB_MAX];
    uint32_t tlb_count;
    bool is_nudged;     /* another CPU has interrupted it, and it has not noticed yet */
    bool has_to_forget; /* asked for a TLB flush that has not been waited for */
    bool is_in_window;  /* in the kernel, with the lock released */
};

struct host {
    uint64_t now_ns;
    const struct thread *user; /* who made the last system call */
    struct host_processor cpu[CPUS_MAX];
    struct host_line line[HOST_LINES];
    uint8_t port[0x10000];
    uint32_t port_accesses;
    uint32_t switches;
    uint32_t flushes;     /* of other CPUs' TLBs */
    bool is_walked;       /* somebody else calls walker_check, less often than user.c would */
    bool holds_nudges;    /* interrupts between CPUs are on their way until host_deliver_nudges */
    uint32_t leaving;     /* CPUs, by bit, whose CPU_KEEP others still keep waiting: they may stay */
    uint32_t windows;     /* interrupt windows opened */
    void (*window)(void); /* what happens in the next one; called once */
    void (*fail)(const char *text); /* must not return; NULL: the process aborts */
    bool has_failed;
    const char *panic_cause;

    bool (*is_untouched)(const void *start, size_t size); /* see host_is_untouched */
};

extern struct host host;

/* Starts a machine with that many frames of memory, filled with rubbish, at time 0. */
void host_start(uint32_t frame_count);

/* Gives the memory back. */
void host_stop(void);

/* Reports a defect through host.fail and does not return. */
NORETURN void host_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An interrupt line fires: delivered now, or when it is unmasked. */
void host_raise(uint32_t line);

/* Delivers what was raised while masked and is no longer. */
void host_deliver_pending(void);

/* The frame and permissions of a mapped page; false when it is not mapped. */
bool host_translate(const struct page_tables *tables, uint64_t address, uint32_t *frame,
                    uint32_t *permissions);

/* What the running thread finds at an address, NULL if that faults. Fills the TLB. */
void *host_user_pointer(uint64_t address, enum sg_permission access);

/* Whether nothing has written to memory or variables of the kernel since a state in which the walker
   found nothing wrong. Without somebody who knows it counts as written. */
static inline bool host_is_untouched(const void *start, size_t size)
{
    return host.is_untouched != NULL && host.is_untouched(start, size);
}

/* From here on the CPU of this number does what is done. */
void host_be(uint32_t number);

/* The CPU that does what is done. */
static inline struct host_processor *host_self(void)
{
    return &host.cpu[host_cpu->number];
}

/* Lets every CPU that another has interrupted look again; this one stays the one that does what is
   done. */
void host_deliver_nudges(void);
