/* SPDX-License-Identifier: BSD-2-Clause */
/* An independent look over the whole kernel state between two steps: what must be true of frames,
   capability tables, operations, threads, scheds, timers and page tables. A finding ends the test. */
#pragma once

/* Checks everything but the contents of free frames. */
void walker_check(void);

/* Checks that every free frame that counts as clean is zero. */
void walker_check_clean(void);

/* The parts of walker_check. */
void walker_check_frames(void);
void walker_check_cspaces(void);
void walker_check_operations(void);
void walker_check_threads(void);
void walker_check_spaces(void);
