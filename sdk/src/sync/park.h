/* SPDX-License-Identifier: BSD-2-Clause */
/* Where threads sleep: each has one futex word in a page of the process, which others change to wake
   it. A wake-up may come late, when its thread waits for something else by now; so whoever wakes
   looks again at what it waits for.

     (1) the waiter takes a ticket: its word as it is
     (2) it puts itself into the set of waiters
     (3) it looks whether it still has to wait, and parks with the ticket
     (a) the waker changes what is waited for
     (b) it takes a thread out of the set and changes that thread's word

   Either (3) sees (a), or (b) sees (2); and a word changed after (1) makes park return at once. */
#pragma once

#include <stdint.h>

#include "signet/status.h"
#include "signet/thread.h"

/* Makes the page, before there is a second thread. */
SG_MUST_USE enum sg_status park_begin(void);

/* The calling thread's ticket. */
uint32_t park_ticket(void);

/* Sleeps until the calling thread's word differs from the ticket; SG_TIMED_OUT at the deadline. */
SG_MUST_USE enum sg_status park(uint32_t ticket, uint64_t deadline_ns);

/* The calling thread's bit in a set. */
uint64_t park_bit(void);

/* The bit of one thread of the set, or 0: the next after the caller's own, so that threads take
   turns. */
uint64_t park_choose(uint64_t set);

/* Wakes the threads of the set, which must be in no set of waiters any more. */
void park_wake(uint64_t set);
