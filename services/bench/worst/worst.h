/* SPDX-License-Identifier: BSD-2-Clause */
/* bench-worst: asks the kernel for the most that it does at once, so that scripts/bench bound can see how
   long it keeps interrupts off. What goes wrong is reported and ends the program: then nothing was
   measured. */
#pragma once

#include <stdint.h>

#include <signet/frames.h>
#include <signet/ring.h>

#define BATCH SG_DRAIN_MAX /* operations that the kernel does in one hold of its lock */

/* Ends the program unless the status is SG_OK. */
void must(const char *what, int64_t status);

/* Makes an object from the process's own memory. */
struct sg_owned make(enum sg_type type, uint64_t parameter0, uint64_t parameter1,
                     uint64_t parameter2);
void unmake(struct sg_owned *owned);

/* A buffer in the arena of the own ring. */
uint32_t buffer(uint32_t bytes, void **address);

/* An entry that calls a method of a handle. */
struct sg_submission call_of(struct sg_handle handle, uint16_t method);

/* Hands entries to the kernel at once and waits for as many completions; with `taken` NULL all must have
   succeeded, else it holds them, in the order they came. */
void batch(const char *what, const struct sg_submission *entry, uint32_t count,
           struct sg_completion *taken);

/* The same for BATCH copies of one entry. */
void batch_of(const char *what, struct sg_submission entry, struct sg_completion *taken);

/* --- what is asked for ----------------------------------------------------------------------------- */

void worst_capabilities(void); /* batches of what is done to capabilities and counters */
void worst_creation(void);     /* the largest objects, and batches of those that are light */
void worst_mappings(void);
void worst_messages(void);    /* the longest, with the most capabilities, by the deepest leases */
void worst_waiting(void);     /* deadlines, futexes, cancelling */
void worst_destruction(void); /* the largest of each, with all that can hang on it */
