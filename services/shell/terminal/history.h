/* SPDX-License-Identifier: BSD-2-Clause */
/* The last lines entered, oldest forgotten first. Empty lines and repetitions are not kept. */
#pragma once

#include "line.h"

#define HISTORY_LINES 16u

struct history {
    char text[HISTORY_LINES][LINE_MAX_BYTES + 1];
    uint32_t added; /* lines ever kept */
};

/* Remembers a line. */
void history_add(struct history *history, const char *text);

/* How many lines are remembered. */
uint32_t history_count(const struct history *history);

/* The line entered `age` lines ago, 1 the newest; NULL past the oldest. */
const char *history_at(const struct history *history, uint32_t age);
