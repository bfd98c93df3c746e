/* SPDX-License-Identifier: BSD-2-Clause */
/* A reference model of what the kernel may do between two looks, whoever asked for whatever:
   - epochs of frames never go back, and an object keeps its type while its epoch lasts;
   - a slot's generation never goes back, and its capability only changes with it;
   - a capability that is new has a root: one that was there before and had all its rights, or an
     object that was not; a client may come from an endpoint's MINT, what is leased from a lease's
     DERIVE;
   - every submission a ring consumed has completed exactly once or is in flight;
   - a thread that has its result and does not run finds its registers as they were. */
#pragma once

#include <stddef.h>

/* Makes a model of a machine: it takes the state as it is for good. What it remembers is whole pages,
   and they go back with the machine's. */
void *model_make(size_t *size);

/* From here on this model is compared with. */
void model_start(void *model);

/* Compares the state with the last look's, reports what may not be through host_failed, and is the
   last look from now on. Finds the walker's heads. */
void model_check(void);
