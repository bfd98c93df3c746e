/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that the kernel believes it runs on, as the tests see and steer it: physical memory,
   virtual time, interrupt lines, I/O ports, and a TLB that forgets only when it is told to. */
#pragma once

#include "arch/arch.h"

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

struct host {
    uint64_t now_ns;
    uint64_t armed_ns; /* the one-shot timer; UINT64_MAX: never */
    struct host_line line[HOST_LINES];
    uint8_t port[0x10000];
    uint32_t port_accesses;
    struct thread *running; /* what arch_switch was told last */
    const struct page_tables *tables;
    struct host_tlb_entry tlb[HOST_TLB_MAX];
    uint32_t tlb_count;
    uint32_t switches;
    uint32_t windows;               /* interrupt windows opened */
    void (*window)(void);           /* what happens in the next one; called once */
    void (*fail)(const char *text); /* must not return; NULL: the process aborts */
    bool has_failed;
    const char *panic_cause;
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

/* Forgets every translation. */
void host_tlb_flush(void);
