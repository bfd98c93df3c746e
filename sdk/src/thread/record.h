/* SPDX-License-Identifier: BSD-2-Clause */
/* What the supervisor may read about this process's threads after a crash: their names and stacks. */
#pragma once

#include <stdint.h>

/* Describes a thread before it runs. */
void record_set(uint32_t index, const char *name, uint64_t stack_low, uint64_t stack_high);

/* Forgets it. */
void record_clear(uint32_t index);
