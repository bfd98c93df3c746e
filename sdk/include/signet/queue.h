/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of messages in memory that two processes share: one end puts, the other takes, and the
   kernel hears of it only when an end has to sleep or to be woken. The memory holds

       0                     struct sg_queue_indices
       SG_QUEUE_PLACES_AT    place_count places of place_bytes each

   Indices run free and are counted by core/index.h, as those of the kernel's rings are.

   An end believes its own copies only. What the other end writes is read once and checked: a false
   index or length gives SG_BAD_RING and changes nothing, and no value leads outside the memory.
   Bytes of a place may change while they are looked at, so copy first, check the copy. Whoever
   destroys the memory unmaps it from both ends: the end that must survive the other makes the queue.

   Sleeping against publishing. The end that waits (1) stores its wake index, (2) fence, (3) reads
   the other's index once more and sleeps only if there is still too little. The end that publishes
   (a) stores its index, (b) fence, (c) reads the wake index and rings if it has just reached it. With
   both fences either (3) sees (a) or (c) sees (1), so nobody sleeps through what he waits for. */
#pragma once

#include <stdint.h>
#include <string.h>

#include "abi/handle.h"
#include "core/index.h"
#include "signet/frames.h"
#include "signet/ring.h"
#include "signet/status.h"

#define SG_QUEUE_PLACES_AT 128u
#define SG_QUEUE_PLACES_MAX QUEUE_SIZE_MAX
#define SG_QUEUE_LENGTH_BYTES 8u /* in front of a message of any length */

struct sg_queue_geometry {
    uint32_t place_bytes; /* a multiple of 8 */
    uint32_t place_count; /* a power of two, at most SG_QUEUE_PLACES_MAX */
};

/* One cache line for each writer. */
struct sg_queue_side {
    uint32_t index; /* how far this end has come */
    uint32_t wake;  /* it wants to be woken when the other end reaches this index */
    uint32_t reserved[14];
};

struct sg_queue_indices {
    struct sg_queue_side producer;
    struct sg_queue_side consumer;
};

_Static_assert(sizeof(struct sg_queue_indices) == SG_QUEUE_PLACES_AT, "ABI");

enum sg_queue_end { SG_QUEUE_PRODUCER, SG_QUEUE_CONSUMER };

/* What a queue is made of; each bell is a notification. */
struct sg_queue_parts {
    struct sg_handle memory;
    struct sg_handle filled;  /* rung by the producer when the consumer sleeps */
    struct sg_handle drained; /* rung by the consumer when the producer sleeps */
};
#define SG_QUEUE_PARTS 3u

/* A queue in this process's own memory. */
struct sg_queue_source {
    struct sg_queue_parts parts;
    struct sg_owned memory, filled, drained;
};

/* One end. Its fields are the library's. */
struct sg_queue {
    struct sg_queue_side *own;
    const struct sg_queue_side *other;
    uint8_t *places;
    uint32_t place_bytes;
    uint32_t place_count;
    uint32_t index; /* the truth about own->index */
    uint32_t seen;  /* the other's, as last believed */
    uint32_t ahead; /* places the other's index stands for when both are equal */
    struct sg_handle wait_bell;
    struct sg_handle ring_bell;
    uint64_t waits; /* times this end slept */
    uint64_t rings; /* times it woke the other */
};

/* Pages of memory for a queue; 0 when no queue may have that geometry. */
uint32_t sg_queue_pages(struct sg_queue_geometry geometry);

/* Makes a queue in this process's own memory. */
SG_MUST_USE enum sg_status sg_queue_create(struct sg_queue_geometry geometry,
                                           struct sg_queue_source *source);
/* Destroys it; an end that is still open loses its memory. */
SG_MUST_USE enum sg_status sg_queue_destroy(struct sg_queue_source *source);
/* The capabilities, and no more rights than it needs, for the other process at that end; in the
   order of struct sg_queue_parts. */
void sg_queue_offer(const struct sg_queue_parts *parts, enum sg_queue_end end,
                    struct sg_cap_transfer list[SG_QUEUE_PARTS]);

/* Maps the parts and opens an end of a fresh queue; SG_BAD_ARGUMENT for a geometry that is none or
   larger than the memory. */
SG_MUST_USE enum sg_status sg_queue_open(struct sg_queue *queue, enum sg_queue_end end,
                                         const struct sg_queue_parts *parts,
                                         struct sg_queue_geometry geometry);
/* Unmaps the end; the parts stay. */
SG_MUST_USE enum sg_status sg_queue_close(struct sg_queue *queue);
/* Opens an end of a fresh queue in memory that is mapped already and as large as sg_queue_pages. */
SG_MUST_USE enum sg_status sg_queue_open_at(struct sg_queue *queue, enum sg_queue_end end,
                                            void *memory, struct sg_queue_geometry geometry);

/* Places this end may use now: empty ones to put into, filled ones to take from; SG_BAD_RING when
   the other end's index cannot be. */
SG_MUST_USE enum sg_status sg_queue_available(struct sg_queue *queue, uint32_t *count);

/* The nth place of those available, 0 being the next. */
static inline void *sg_queue_at(const struct sg_queue *queue, uint32_t nth)
{
    uint32_t place = index_place(index_advance(queue->index, nth), queue->place_count);

    return queue->places + (uint64_t)place * queue->place_bytes;
}

/* Hands the first `count` available places to the other end and wakes it if it waits for them;
   SG_BAD_ARGUMENT when so many were not available. */
SG_MUST_USE enum sg_status sg_queue_advance(struct sg_queue *queue, uint32_t count);

/* Asks to be woken when `least` places are available; *count is what is available now. With fewer
   than `least` the bell will ring, and the caller may wait for it in its loop. */
SG_MUST_USE enum sg_status sg_queue_arm(struct sg_queue *queue, uint32_t least, uint32_t *count);
/* Sleeps until `least` places are available; SG_TIMED_OUT at the deadline. */
SG_MUST_USE enum sg_status sg_queue_wait(struct sg_queue *queue, uint32_t least,
                                         uint64_t deadline_ns);

/* Puts as many of `count` messages of place_bytes each as there are places for, and hands them over. */
SG_MUST_USE enum sg_status sg_queue_write(struct sg_queue *queue, const void *messages,
                                          uint32_t count, uint32_t *written);
/* Takes up to `count` messages of place_bytes each, and gives their places back. */
SG_MUST_USE enum sg_status sg_queue_read(struct sg_queue *queue, void *messages, uint32_t count,
                                         uint32_t *read);

/* Writes a message of any length into the nth place; SG_TOO_BIG when it does not fit. */
SG_MUST_USE enum sg_status sg_queue_put(const struct sg_queue *queue, uint32_t nth,
                                        const void *message, uint32_t length);
/* Copies the message out of the nth place; SG_BAD_RING when its length cannot be, SG_TOO_BIG when
   it exceeds `capacity`. */
SG_MUST_USE enum sg_status sg_queue_take(const struct sg_queue *queue, uint32_t nth, void *message,
                                         uint32_t capacity, uint32_t *length);

/* Puts one message, waiting for a place. */
SG_MUST_USE enum sg_status sg_queue_send(struct sg_queue *queue, const void *message,
                                         uint32_t length, uint64_t deadline_ns);
/* Takes one message, waiting for it; one that fails with SG_TOO_BIG stays where it is. */
SG_MUST_USE enum sg_status sg_queue_receive(struct sg_queue *queue, void *message,
                                            uint32_t capacity, uint32_t *length,
                                            uint64_t deadline_ns);
