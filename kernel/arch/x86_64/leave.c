/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/leave.h"

#include "arch/x86_64/cpus.h"
#include "arch/x86_64/flush.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/pte.h"
#include "arch/x86_64/trap.h"
#include "syscall/entry.h"

extern uint8_t code_start[], text_start[];
extern uint64_t early_root[TABLE_ENTRIES];

static bool is_released;

void cpus_wait(void)
{
    while (!__atomic_load_n(&is_released, __ATOMIC_ACQUIRE))
        arch_relax();
    arch_resume(kernel_next());
}

void leave_boot(struct thread *thread)
{
    arch_zero_words(early_root, TABLE_ENTRIES); /* what the image was writable and executable by */
    arch_zero_words(paging_code_entries, (uint64_t)(text_start - code_start) / PAGE_SIZE);
    flush_ask(0, FLUSH_EVERYTHING, UINT64_MAX);
    arch_flush();
    __atomic_store_n(&is_released, true, __ATOMIC_RELEASE);
    arch_resume(thread);
}
