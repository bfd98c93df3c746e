/* SPDX-License-Identifier: BSD-2-Clause */
/* Three hostile processes of three threads each, which share endpoints, a memory, a notification
   and what they send each other; init replaces them when it feels like it. The walker looks at all
   there is after every step. Beyond it: what init keeps for itself stays out of their reach, pages
   that nobody may write stay as they are, registers bring no capabilities, and when all are dead
   every frame, timer and line is back. */
#pragma once

#include <stdint.h>

/* Boots a machine and fills it; picks decide about details. */
void life_start(uint32_t frame_count, uint32_t cpu_count);

/* Some CPU's turn. Interrupts between CPUs come at once, or some steps later. */
void life_step(void);

/* Looks for what hostile processes may not do, at the heads that the walker has found last. */
void life_check(void);

/* Everybody dies; nothing may be missing then. The machine is left as it is. */
void life_end(void);
