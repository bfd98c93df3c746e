/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages that fill their places, many at a time. */
#include "signet/queue.h"

/* How many of the next places an end may use, and how many of these come before the wrap. */
struct span {
    uint32_t count;
    uint32_t first;
};

#define BLOCK_BYTES 64u

/* Copies a multiple of 8 bytes. Messages are short, and the library's memcpy is at its best with long ones. */
static void copy(void *to, const void *from, size_t bytes)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    for (; bytes >= BLOCK_BYTES; bytes -= BLOCK_BYTES) {
        __builtin_memcpy(target, source, BLOCK_BYTES);
        target += BLOCK_BYTES;
        source += BLOCK_BYTES;
    }
    for (; bytes != 0; bytes -= sizeof(uint64_t)) {
        __builtin_memcpy(target, source, sizeof(uint64_t));
        target += sizeof(uint64_t);
        source += sizeof(uint64_t);
    }
}

static enum sg_status next_span(struct sg_queue *queue, uint32_t wanted, struct span *span)
{
    uint32_t available;
    enum sg_status status = sg_queue_available(queue, &available);

    if (status != SG_OK)
        return status;
    uint32_t to_wrap = queue->place_count - index_place(queue->index, queue->place_count);
    span->count = wanted < available ? wanted : available;
    span->first = span->count < to_wrap ? span->count : to_wrap;
    return SG_OK;
}

enum sg_status sg_queue_write(struct sg_queue *queue, const void *messages, uint32_t count,
                              uint32_t *written)
{
    struct span span;
    enum sg_status status = next_span(queue, count, &span);

    if (status != SG_OK)
        return status;
    size_t first_bytes = (size_t)span.first * queue->place_bytes;
    copy(sg_queue_at(queue, 0), messages, first_bytes);
    if (span.first < span.count)
        copy(queue->places, (const uint8_t *)messages + first_bytes,
             (size_t)(span.count - span.first) * queue->place_bytes);
    *written = span.count;
    return sg_queue_advance(queue, span.count);
}

enum sg_status sg_queue_read(struct sg_queue *queue, void *messages, uint32_t count, uint32_t *read)
{
    struct span span;
    enum sg_status status = next_span(queue, count, &span);

    if (status != SG_OK)
        return status;
    size_t first_bytes = (size_t)span.first * queue->place_bytes;
    copy(messages, sg_queue_at(queue, 0), first_bytes);
    if (span.first < span.count)
        copy((uint8_t *)messages + first_bytes, queue->places,
             (size_t)(span.count - span.first) * queue->place_bytes);
    *read = span.count;
    return sg_queue_advance(queue, span.count);
}
