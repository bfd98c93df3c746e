/* SPDX-License-Identifier: BSD-2-Clause */
/* How usable memory becomes the frame table and root untypeds. */
#pragma once

#include "boot/machine.h"
#include "core/frames.h"

/* Consecutive frames. */
struct frame_range {
    uint32_t first;
    uint32_t count;
};

/* What boot_memory_plan decides. */
struct memory_plan {
    struct frame_range table;                     /* the frame table itself */
    struct frame_range main;                      /* first root: init's objects come from it */
    struct frame_range other[SG_BOOT_UNTYPED_MAX]; /* further roots; they hold the modules' files
                                                      until those have been copied */
    uint32_t other_count;
    uint32_t frame_count; /* of the frame table */
};

/* Divides the memory: SG_OK, or SG_NO_FRAMES when no range has room for the table and `needed`
   further frames after the kernel and the modules. */
MUST_USE enum sg_status boot_memory_plan(const struct boot_machine *machine, uint32_t needed,
                                         struct memory_plan *plan);
