/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel and init count of a process: for ledgers that have to be as before. */
#pragma once

#include <stdint.h>

#include <signet/object.h>
#include <signet/ring.h>

/* One fact of the kernel's; 0, and a failed check, when it is not told. */
uint64_t account_of(struct sg_handle handle, enum sg_info selector);

/* Units of the ring's arena that are in use. */
uint64_t account_arena(const struct sg_ring *ring);

/* Capabilities of a process, as init counts them. */
uint32_t account_caps(const char *process);

/* Memory in no process, and used by processes, as init counts it. */
struct account_memory {
    uint64_t free_kib, used_kib;
};
struct account_memory account_memory(void);
