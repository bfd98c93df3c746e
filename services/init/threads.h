/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of a process's threads a fault happened in, by what the process wrote about them. It may have
   written anything: no value leads outside the page, and a false one harms its own record only. */
#pragma once

#include <stdbool.h>

#include <signet/startup.h>

/* A thread found. */
struct thread_place {
    char name[SG_NAME_MAX];
    bool is_overflow; /* the address lies just below its stack */
};

/* The thread whose stack `stack_pointer` is in, or that ran over the end of its stack to `address`;
   false when there is none. */
bool thread_find(const struct sg_process_record *record, uint64_t stack_pointer, uint64_t address,
                 struct thread_place *place);
