/* SPDX-License-Identifier: BSD-2-Clause */
#include "thread/record.h"

#include <stddef.h>
#include <string.h>

struct sg_process_record *record_own(void)
{
    const struct sg_startup *block = sg_startup_block();

    return block != NULL ? (struct sg_process_record *)(uintptr_t)block->record_address : NULL;
}

static struct sg_thread_record *entry(uint32_t index)
{
    struct sg_process_record *record = record_own();

    return record != NULL && index < SG_THREADS_MAX ? &record->thread[index] : NULL;
}

void record_set(uint32_t index, const char *name, uint64_t stack_low, uint64_t stack_high)
{
    struct sg_thread_record *record = entry(index);

    if (record == NULL)
        return;
    *record = (struct sg_thread_record){.stack_low = stack_low, .stack_high = stack_high};
    strncpy(record->name, name, sizeof record->name - 1);
}

void record_clear(uint32_t index)
{
    struct sg_thread_record *record = entry(index);

    if (record != NULL)
        *record = (struct sg_thread_record){0};
}
