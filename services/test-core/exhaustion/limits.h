/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be used up, one file each. Each is filled to its limit, looked at, and given back. */
#pragma once

#include <stdint.h>

#include "worker.h"

void fill_slots(void);
void fill_frames(void);
void fill_untypeds(void);
void fill_records(void);
void fill_held_calls(void);
void fill_queue(void);
void fill_regions(void);
void fill_tables(void);
void fill_leases(void);
void fill_waiters(void);
void fill_threads(void);

/* Waits until a counter of a worker's has come so far, or for long enough. */
void limits_await(const volatile uint32_t *counter, uint32_t value);

/* The exit code of a worker that was started. */
uint64_t limits_end(struct worker *worker);
