/* SPDX-License-Identifier: BSD-2-Clause */
/* A second process: an address space of its own, in which nothing is mapped but the code of
   raw_scribble and what it scribbles on; a thread without capabilities. */
#pragma once

#include "worker.h"

#define CHILD_SHARED_AT UINT64_C(0x40200000) /* where it has what it shares */

struct child {
    struct worker worker;
    struct sg_owned aspace, code;
    uint64_t bytes;
};

/* Shares so many pages of a memory or ring with it, from the first one on. */
struct child child_open(struct sg_handle shared, uint32_t first, uint32_t pages);
/* Lets it write all over them, until it is closed. */
void child_start(const struct child *child);
void child_close(struct child *child);
