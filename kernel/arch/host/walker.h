/* SPDX-License-Identifier: BSD-2-Clause */
/* An independent look over the whole kernel state between two steps: what must be true of frames,
   capability tables, operations, threads, scheds, timers and page tables. A finding ends the test.
   Where somebody knows what nothing has written since all was right (host_is_untouched), what depends
   on nothing else is not looked at again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define WALKER_HEADS_MAX 16384u
#define WALKER_PAGE 128u /* frames of the table, or slots, looked at together: a page of them */

/* The heads of all objects, dying ones too, when walker_check or walker_find_heads was called last. */
struct walker_heads {
    uint32_t count;
    uint32_t head[WALKER_HEADS_MAX];
};

extern struct walker_heads walker_heads;

/* Checks everything but the contents of free frames. */
void walker_check(void);

/* Only finds the heads: those of all frames, or (not NULL) of each WALKER_PAGE frames that have changed. */
void walker_find_heads(const bool *has_changed);

/* Checks that every free frame that counts as clean is zero. */
void walker_check_clean(void);

/* The parts of walker_check. */
void walker_check_frames(void);
void walker_check_cspaces(void);
void walker_check_operations(void);
void walker_check_threads(void);
void walker_check_spaces(void);
