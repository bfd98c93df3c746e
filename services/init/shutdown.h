/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of everything: processes are stopped one after the other, in the reverse order of their
   start, each in the time its manifest entry gives it; then the machine ends. */
#pragma once

#include <stdbool.h>

#include "init.h"

/* Stops all processes, then calls `finish`. The process of number `caller` asked for it. */
void shutdown_begin(struct init *init, uint32_t caller, void (*finish)(struct init *init));

/* Whether that has begun. */
bool shutdown_is_under_way(const struct init *init);

/* A process has ended: goes on with the next. */
void shutdown_continue(struct init *init);
