/* SPDX-License-Identifier: BSD-2-Clause */
/* A bulk transfer: BULK_BYTES through a queue that the sink makes and the source fills, each summing
   up what it wrote or read. */
#pragma once

#include <signet/queue.h>

#define BULK_BYTES (UINT64_C(256) * 1024 * 1024)
#define BULK_PLACE_BYTES 4096u
#define BULK_PLACES 256u
#define BULK_MESSAGES (BULK_BYTES / BULK_PLACE_BYTES)
#define BULK_WORDS (BULK_PLACE_BYTES / sizeof(uint64_t))
#define BULK_BATCH 32u
#define BULK_LEAST 128u /* places a sleeping end is woken for */

/* What one end has to tell. */
struct bulk_tally {
    uint64_t checksum;
    uint64_t entries; /* into the kernel, while it transferred */
    uint64_t waits, rings;
};

/* Moves all messages through one end; `handle` does a place's work and adds it to the checksum. */
SG_MUST_USE enum sg_status bulk_run(struct sg_queue *queue,
                                    void (*handle)(uint64_t *place, uint64_t *checksum),
                                    struct bulk_tally *tally);

/* Writes the next words of a random sequence into a place. */
void bulk_fill(uint64_t *place, uint64_t *checksum);

/* Copies a place out and adds the copy. */
void bulk_read(uint64_t *place, uint64_t *checksum);

/* Makes the queue, gives it to the first caller of the endpoint, reads everything, and tells the
   second caller what it found. Returns the program's exit code. */
int bulk_sink(struct sg_handle endpoint);

/* Checks the transfer from the source's end. */
void check_bulk(struct sg_handle sink);
