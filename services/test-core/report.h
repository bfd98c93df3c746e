/* SPDX-License-Identifier: BSD-2-Clause */
/* One line a check on the console: "ok NAME" or "not ok NAME: expected X, got Y". */
#pragma once

#include <stdint.h>

#include <signet/status.h>

/* A number. */
void report_equal(const char *name, uint64_t expected, uint64_t found);

/* A transport status, shown by its name. */
void report_status(const char *name, int expected, int found);

/* How many checks failed so far. */
uint32_t report_failures(void);

/* Writes the last line, which counts them. */
void report_end(void);
