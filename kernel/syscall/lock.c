/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/lock.h"

#include "arch/arch.h"

static uint32_t next_ticket ALIGNED(64);
static uint32_t serving ALIGNED(64);

void kernel_lock(void)
{
    uint32_t ticket = __atomic_fetch_add(&next_ticket, 1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&serving, __ATOMIC_ACQUIRE) != ticket)
        arch_pause();
}

void kernel_unlock(void)
{
    __atomic_store_n(&serving, serving + 1, __ATOMIC_RELEASE);
}
