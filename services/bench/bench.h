/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures the kernel in guest instructions: with -icount one tick of the time-stamp counter is one
   instruction. Every figure is the median of SAMPLES, each of many operations between two reads of
   the counter; the loops around them, of two to twelve instructions, are included. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "abi/ring.h"

/* --- loops.S: the shortest callers there can be; each returns the last result ------------------- */

/* Runs `count` times (dec; jnz). */
void loop_empty(uint64_t count);

/* Invokes `operation` on a handle `count` times; the payload registers are whatever they are. */
int64_t loop_invoke(uint64_t operation, uint64_t handle_word, uint64_t count);

/* Invokes `operation` with five argument words `count` times. */
int64_t loop_arguments(uint64_t operation, uint64_t handle_word, const uint64_t words[5],
                       uint64_t count);

/* Maps with words[] and unmaps the region that returns, `count` times. */
int64_t loop_map_unmap(uint64_t aspace_word, const uint64_t words[5], uint64_t count);

/* Copies a capability and releases the copy, `count` times. */
int64_t loop_copy_release(uint64_t handle_word, uint64_t count);

/* Creates one-frame objects at words[1], words[1] + 1, ..., writing their handles. */
int64_t loop_create(uint64_t untyped_word, uint64_t words[5], uint64_t count, uint64_t *handles);

/* Signals the first notification and waits for the second, `count` times. */
int64_t loop_signal_wait(uint64_t signal_word, uint64_t wait_word, uint64_t count);

/* Reads the time-stamp counter until a word is no longer `value`: the low half of what was read last,
   and above it of what was read before. Each reading begins a window. */
uint64_t loop_until_stamped(const volatile uint64_t *word, uint64_t value);

/* --- measure.c ------------------------------------------------------------------------------------ */

/* Something to measure: does `count` operations; 0, or a negative enum sg_status. */
typedef int64_t measured(const void *context, uint64_t count);

/* Prints the median ticks an operation takes, or why it failed. */
void measure(const char *name, measured *function, const void *context, uint64_t count);

/* Prints the median of what was measured otherwise, of one operation each. */
void report_median(const char *name, uint64_t *samples, uint32_t count);

uint64_t ticks(void);

/* --- introduce.c ---------------------------------------------------------------------------------- */

/* A copy of a capability, with all its rights, for a message. */
struct sg_cap_transfer offer(struct sg_handle handle);

/* Gives capabilities to a peer, with its first call. */
int64_t introduce(struct sg_handle peer, const struct sg_cap_transfer *list, uint32_t count);

/* --- report.c ------------------------------------------------------------------------------------- */

/* Prints `bench NAME VALUE` on the serial port. */
void report(const char *name, uint64_t value);

/* The same with ` of COUNT` at the end: each sample was of so many operations. */
void report_row(const char *name, uint64_t value, uint64_t count);
void report_failure(const char *name, int64_t status);
void report_done(void);

/* --- what is measured ------------------------------------------------------------------------------- */

void measure_calls(void);
void measure_rings(void);
void measure_objects(void);
void measure_queue(void);
void measure_stubs(void);
void measure_interrupt(void);
void measure_sizes(void);
void measure_cpus(void);
