/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the first starts: a process starts when those before it are settled, which is when
   they are ready, or have ended for good. Pure but for the starting itself. */
#pragma once

#include <stdbool.h>

#include "init.h"

/* Starts every process whose turn has come; to be called again whenever one is ready or has ended. */
void sequence_continue(struct init *init);

/* Whether those that start after it need not wait for a process in this state any more. */
bool sequence_is_settled(signet_supervisor_v1_State state);
