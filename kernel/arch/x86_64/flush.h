/* SPDX-License-Identifier: BSD-2-Clause */
/* TLB shootdown. Only the holder of the kernel lock asks, and it waits before it lets go, so there is
   one that asks at a time and a CPU's mailbox holds one range.

   (1) The holder has cleared page-table entries, and forgets them itself.
   (2) Every other CPU that has these tables loaded gets the range into its mailbox, joined with what
       is in there. Nobody loads or leaves tables without the lock, so no CPU is missed.
   (3) arch_flush publishes the mailboxes with `asked` and interrupts their CPUs, once each.
   (4) Such a CPU serves its mailbox in the interrupt, or while it waits for the kernel lock with
       interrupts off; it forgets first, then says so with `done`.
   (5) The holder has waited for every `done`: no CPU can reach the pages, and their frames and page
       tables may be used for something else.
   A CPU between its last unlock and user mode takes the interrupt before its first user instruction. */
#pragma once

#include "core/base.h"

/* A CPU's mailbox. The holder of the kernel lock writes all but `done`, and only while done == asked. */
struct flush {
    uint64_t start; /* bytes [start, end) of the loaded tables, or FLUSH_EVERYTHING */
    uint64_t end;
    uint32_t asked;
    uint32_t done; /* written by its own CPU */
};

/* (1) and (2): forgets pages of the tables with this root here, and asks the CPUs that use them to.
   From FLUSH_EVERYTHING to UINT64_MAX: all there is, on every CPU, after a change of the kernel half. */
void flush_ask(uint64_t root_physical, uint64_t start, uint64_t end);
#define FLUSH_EVERYTHING 0u

/* (4): does what this CPU was asked for, if anything. */
void flush_serve(void);
