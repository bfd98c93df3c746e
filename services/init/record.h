/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process writes about itself (struct sg_process_record), copied and then looked at. It may
   have written anything: what is read here is for people to see, and init does nothing by it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <signet/startup.h>

struct process;

/* A thread found. */
struct thread_place {
    char name[SG_NAME_MAX];
    bool is_overflow; /* the address lies just below its stack */
};

/* A copy of a process's record, all zero when it cannot be had; good until the next. */
const struct sg_process_record *record_read(const struct process *process);

/* The thread whose stack `stack_pointer` is in, or that ran over the end of its stack to `address`;
   false when there is none. */
bool record_thread(const struct sg_process_record *record, uint64_t stack_pointer, uint64_t address,
                   struct thread_place *place);

/* The first metric from that index on, with a name that can be shown; its index, or SG_METRICS_MAX
   when there is none. */
uint32_t record_metric(const struct sg_process_record *record, uint32_t index,
                       struct sg_metric *metric);
