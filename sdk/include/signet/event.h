/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the kernel's event ring (abi/event.h), which the supervisor gives to whom it trusts. The kernel
   goes on writing meanwhile: a reader that is too slow misses events, and is told how many. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "abi/event.h"
#include "abi/handle.h"
#include "signet/status.h"

struct sg_event_reader {
    const struct sg_event_ring *ring;
    uint32_t next; /* the sequence that is read next */
    uint64_t lost; /* events that were written over before they were read */
};

/* Begins at the oldest event of a ring that is mapped already. */
void sg_event_begin(struct sg_event_reader *reader, const struct sg_event_ring *ring);

/* Maps the ring's memory and begins at its oldest event. */
SG_MUST_USE enum sg_status sg_event_open(struct sg_event_reader *reader, struct sg_handle memory);
/* Undoes sg_event_open. */
void sg_event_close(struct sg_event_reader *reader);

/* Goes back or on so that `count` events at most are left to be read. */
void sg_event_last(struct sg_event_reader *reader, uint32_t count);

/* Reads the next event; false when there is none yet. */
bool sg_event_next(struct sg_event_reader *reader, struct sg_event *event);

/* The kind in a word, e.g. "call". */
const char *sg_event_name(uint8_t kind);
