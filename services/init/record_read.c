/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <signet/frames.h>

#include "process.h"
#include "record.h"

const struct sg_process_record *record_read(const struct process *process)
{
    static struct sg_process_record copy;
    void *pages;
    memset(&copy, 0, sizeof copy);
    if (sg_map(process->instance.record, 0, SG_RECORD_PAGES, SG_MAP_READ, &pages) != SG_OK)
        return &copy;
    memcpy(&copy, pages, sizeof copy);
    (void)sg_unmap(pages);
    return &copy;
}
