/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/leave.h"

#include "arch/x86_64/paging.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/x86.h"

extern uint8_t code_start[], text_start[];

void leave_boot(struct thread *thread)
{
    uint64_t count = (uint64_t)(text_start - code_start) / PAGE_SIZE;

    for (uint64_t i = 0; i < count; i++) {
        paging_code_entries[i] = 0;
        x86_flush_page((uint64_t)code_start + i * PAGE_SIZE);
    }
    arch_resume(thread);
}
