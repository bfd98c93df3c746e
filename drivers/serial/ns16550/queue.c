/* SPDX-License-Identifier: BSD-2-Clause */
#include "queue.h"

#include <string.h>

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t queue_room(const struct queue *queue)
{
    return QUEUE_BYTES - queue->used;
}

uint32_t queue_put(struct queue *queue, const uint8_t *bytes, uint32_t count)
{
    uint32_t end = (queue->first + queue->used) % QUEUE_BYTES, head;

    count = smaller(count, queue_room(queue));
    head = smaller(count, QUEUE_BYTES - end);
    memcpy(queue->bytes + end, bytes, head);
    memcpy(queue->bytes, bytes + head, count - head);
    queue->used += count;
    return count;
}

uint32_t queue_peek(const struct queue *queue, uint8_t *bytes, uint32_t count)
{
    uint32_t head;

    count = smaller(count, queue->used);
    head = smaller(count, QUEUE_BYTES - queue->first);
    memcpy(bytes, queue->bytes + queue->first, head);
    memcpy(bytes + head, queue->bytes, count - head);
    return count;
}

void queue_drop(struct queue *queue, uint32_t count)
{
    count = smaller(count, queue->used);
    queue->first = (queue->first + count) % QUEUE_BYTES;
    queue->used -= count;
}
