/* SPDX-License-Identifier: BSD-2-Clause */
/* One line a check on the console: "ok NAME" or "not ok NAME: expected X, got Y". */
#pragma once

#include <stdint.h>

#include <signet/rpc.h>

/* A number. */
void report_equal(const char *name, uint64_t expected, uint64_t found);

/* How many of so many were as they may not be: none, and there were some at all. */
void report_none(const char *name, uint64_t found, uint64_t tried);

/* A number, which is shown in any case. */
void report_count(const char *name, uint64_t expected, uint64_t found);

/* A transport status, shown by its name. */
void report_status(const char *name, int expected, int found);

/* How a call ended, by its name: "SG_RPC_OK", "SG_DENIED", ... */
void report_result(const char *name, const char *expected, struct sg_result found);

/* A step on the way to a check: a line only when it failed. */
void report_step(const char *name, enum sg_status status);

/* A line that says something and checks nothing. */
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes the last line, which counts the checks, and ends the machine: with status 0 when none
   failed. Returns the exit code of the program, for the machine that did not end. */
int report_end(void);
