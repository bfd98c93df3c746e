/* SPDX-License-Identifier: BSD-2-Clause */
#include "threads.h"

#include <signet/frames.h>

#define GUARD_BYTES (SG_MAP_GUARD_PAGES * SG_PAGE_SIZE)

/* Printable and ended, whatever the process wrote. */
static void copy_name(char *to, const char *from)
{
    uint32_t i = 0;
    for (; i < SG_NAME_MAX - 1 && from[i] != '\0'; i++)
        to[i] = from[i] > ' ' && from[i] <= '~' ? from[i] : '?';
    to[i] = '\0';
}

bool thread_find(const struct sg_process_record *record, uint64_t stack_pointer, uint64_t address,
                 struct thread_place *place)
{
    for (uint32_t i = 0; i < SG_THREADS_MAX; i++) {
        const struct sg_thread_record *thread = &record->thread[i];
        if (thread->stack_high == 0 || thread->stack_low >= thread->stack_high)
            continue;
        bool is_inside = stack_pointer >= thread->stack_low && stack_pointer <= thread->stack_high;
        place->is_overflow =
            address < thread->stack_low && thread->stack_low - address <= GUARD_BYTES;
        if (!is_inside && !place->is_overflow)
            continue;
        copy_name(place->name, thread->name);
        return true;
    }
    return false;
}
