/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things lie in a new process: above its program, close together so that few page tables
   do. */
#pragma once

#include <stdint.h>

#include "shape.h"

struct layout {
    uint64_t startup;
    uint64_t record; /* of its threads and metrics */
    uint64_t ring;
    uint64_t stack; /* lowest byte; the pages below it stay unmapped */
    uint64_t stack_top;
    uint64_t map_base; /* from here on the process maps as it likes */
    uint64_t map_end;
};

/* Lays out a process whose program ends at `program_end`. */
void layout_process(uint64_t program_end, const struct manifest_shape *shape,
                    struct layout *layout);
