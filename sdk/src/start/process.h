/* SPDX-License-Identifier: BSD-2-Clause */
/* What start-up finds out once; the rest of the library asks here. */
#pragma once

#include <stdint.h>

#include "signet/frames.h"
#include "signet/ring.h"
#include "signet/startup.h"

#define PROCESS_EXIT_BAD_BLOCK 120 /* the first argument points at no startup block */
#define PROCESS_EXIT_BAD_ABI 121   /* the block is of another ABI major version */
#define PROCESS_EXIT_BAD_RING 122  /* the ring's geometry is none the kernel makes */

/* Addresses this process may map: the heap first, other mappings above it. */
struct process_range {
    uint64_t heap_base;
    uint64_t heap_end;
    uint64_t map_base;
    uint64_t map_end;
};

/* Reads the block, whichever kind it is; 0 or an exit code. */
int process_begin(const void *block);

/* The address range of this process. */
const struct process_range *process_range(void);

/* Makes this the ring of the calling thread. */
void process_set_ring(struct sg_ring *of_thread);

/* Where faults of a further thread are told, SG_HANDLE_NONE in the first process. */
struct sg_handle process_fault_client(void);
