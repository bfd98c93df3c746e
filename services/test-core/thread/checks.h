/* SPDX-License-Identifier: BSD-2-Clause */
/* What the threads of a process promise, each group in its file. */
#pragma once

#include <signet/thread.h>

#define WORKERS 4u

/* Runs a function in WORKERS threads and waits for all; the sum of their results. */
int run_in_workers(int (*function)(void *argument), void *argument);

/* Free slots of this process's table. */
uint64_t slots_free(void);

void check_threads(void);
void check_sync(void);
void check_libc(void);
void check_pool(void);
