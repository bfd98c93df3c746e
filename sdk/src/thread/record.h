/* SPDX-License-Identifier: BSD-2-Clause */
/* What the supervisor may read about this process: here, the names and stacks of its threads. */
#pragma once

#include <stdint.h>

#include "signet/startup.h"

/* This process's record, NULL when nobody reads one. */
struct sg_process_record *record_own(void);

/* Describes a thread before it runs. */
void record_set(uint32_t index, const char *name, uint64_t stack_low, uint64_t stack_high);

/* Forgets it. */
void record_clear(uint32_t index);
