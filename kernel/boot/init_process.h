/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process: its objects are created from the main root untyped like anybody else's, and it
   receives one capability to everything there is. */
#pragma once

#include "boot/memory.h"

/* Frames the objects of init and the copies of all modules take. */
uint32_t init_process_frames(const struct boot_machine *from);

/* Creates init in the plan's main root, which is in the frame table; its thread is ready to run. */
void init_process_create(const struct boot_machine *from, const struct memory_plan *plan);
