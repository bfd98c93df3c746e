/* SPDX-License-Identifier: BSD-2-Clause */
/* The one kernel lock: fair, taken on the way in and released on the way out, in
   entry.c, exchange.c and enter.c only. */
#pragma once

#include "arch/arch.h"

struct kernel_lock {
    uint32_t next_ticket ALIGNED(64);
    uint32_t serving ALIGNED(64);
};

extern struct kernel_lock kernel_lock_state;

/* Waits for this CPU's turn; who waits longest goes first. */
static inline void kernel_lock(void)
{
    uint32_t ticket = __atomic_fetch_add(&kernel_lock_state.next_ticket, 1, __ATOMIC_RELAXED);

    while (UNLIKELY(!arch_is_serving(&kernel_lock_state.serving, ticket)))
        arch_relax();
}

/* Lets the next CPU in. */
static inline void kernel_unlock(void)
{
    arch_increment_release(&kernel_lock_state.serving);
}
