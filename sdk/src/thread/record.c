/* SPDX-License-Identifier: BSD-2-Clause */
#include "thread/record.h"

#include <stddef.h>
#include <string.h>

#include "signet/startup.h"

static struct sg_thread_record *entry(uint32_t index)
{
    const struct sg_startup *block = sg_startup_block();

    if (block == NULL || block->record_address == 0 || index >= SG_THREADS_MAX)
        return NULL;
    return &((struct sg_process_record *)(uintptr_t)block->record_address)->thread[index];
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
