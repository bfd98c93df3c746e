/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes waiting in a circle of fixed size. */
#pragma once

#include <stdint.h>

#define QUEUE_BYTES 4096u

struct queue {
    uint8_t bytes[QUEUE_BYTES];
    uint32_t first; /* oldest byte */
    uint32_t used;
};

/* How many bytes may still be put. */
uint32_t queue_room(const struct queue *queue);

/* Puts bytes at the end; returns how many fitted. */
uint32_t queue_put(struct queue *queue, const uint8_t *bytes, uint32_t count);

/* Copies up to `count` of the oldest bytes, which stay; returns how many. */
uint32_t queue_peek(const struct queue *queue, uint8_t *bytes, uint32_t count);

/* Drops the oldest bytes, at most as many as there are. */
void queue_drop(struct queue *queue, uint32_t count);
