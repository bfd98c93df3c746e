/* SPDX-License-Identifier: BSD-2-Clause */
#include "entries.h"

#include <signet/syscall.h>

/* The linker's names for a wrapped function and the one it wraps. */
void __real_sg_invoke(struct sg_registers *registers);
void __wrap_sg_invoke(struct sg_registers *registers);
struct sg_enter_result __real_sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                       uint32_t flags);
struct sg_enter_result __wrap_sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                       uint32_t flags);

static uint64_t entries;

uint64_t entries_counted(void)
{
    return entries;
}

void __wrap_sg_invoke(struct sg_registers *registers)
{
    entries++;
    __real_sg_invoke(registers);
}

struct sg_enter_result __wrap_sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                       uint32_t flags)
{
    entries++;
    return __real_sg_enter(submit, wait, deadline_ns, flags);
}
