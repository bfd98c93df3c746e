/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects made from this process's own memory, and raw operations on its own ring. */
#pragma once

#include <stdint.h>

#include <signet/frames.h>
#include <signet/ring.h>
#include <signet/status.h>

#include "abi/handle.h"
#include "abi/object.h"

/* Makes an object; a failure is reported as a failed check and leaves the handle none. */
struct sg_owned own_create(enum sg_type type, uint64_t parameter0, uint64_t parameter1,
                           uint64_t parameter2);

/* Destroys it, or gives its frames back when somebody else has destroyed it already. */
enum sg_status own_bury(struct sg_owned *owned);

/* Frames free in the own untyped, as the kernel counts them. */
uint64_t own_free_frames(void);

/* Monotonic time. */
uint64_t own_now_ns(void);

/* Lets others run, of whatever class, for a short time. */
void own_pause(void);

/* Hands one entry to the kernel without waiting; its user_data names it for own_taken. */
void own_submit(struct sg_submission submission, uint64_t user_data);

/* The completion of that entry if it is there; else its result is OWN_PENDING. */
struct sg_completion own_taken(uint64_t user_data);
#define OWN_PENDING 1000

/* How many completions had come when the one that own_taken returned last came. */
uint32_t own_arrival(void);

/* An entry that calls a method of a handle. */
struct sg_submission own_call(struct sg_handle handle, uint16_t method);
