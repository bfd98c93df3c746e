/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of any length in a queue's places: a length of SG_QUEUE_LENGTH_BYTES, then the bytes. */
#include "core/shared.h"
#include "signet/queue.h"

static uint32_t room(const struct sg_queue *queue)
{
    return queue->place_bytes - SG_QUEUE_LENGTH_BYTES;
}

enum sg_status sg_queue_put(const struct sg_queue *queue, uint32_t nth, const void *message,
                            uint32_t length)
{
    uint8_t *place = sg_queue_at(queue, nth);

    if (length > room(queue))
        return SG_TOO_BIG;
    shared_store((uint32_t *)place, length);
    if (length != 0)
        memcpy(place + SG_QUEUE_LENGTH_BYTES, message, length);
    return SG_OK;
}

enum sg_status sg_queue_take(const struct sg_queue *queue, uint32_t nth, void *message,
                             uint32_t capacity, uint32_t *length)
{
    const uint8_t *place = sg_queue_at(queue, nth);
    uint32_t found = shared_load((const uint32_t *)place);

    if (found > room(queue))
        return SG_BAD_RING;
    if (found > capacity)
        return SG_TOO_BIG;
    if (found != 0)
        memcpy(message, place + SG_QUEUE_LENGTH_BYTES, found);
    *length = found;
    return SG_OK;
}

enum sg_status sg_queue_send(struct sg_queue *queue, const void *message, uint32_t length,
                             uint64_t deadline_ns)
{
    uint32_t count;
    enum sg_status status = sg_queue_available(queue, &count);

    if (status == SG_OK && count == 0)
        status = sg_queue_wait(queue, 1, deadline_ns);
    if (status == SG_OK)
        status = sg_queue_put(queue, 0, message, length);
    return status == SG_OK ? sg_queue_advance(queue, 1) : status;
}

enum sg_status sg_queue_receive(struct sg_queue *queue, void *message, uint32_t capacity,
                                uint32_t *length, uint64_t deadline_ns)
{
    uint32_t count;
    enum sg_status status = sg_queue_available(queue, &count);

    if (status == SG_OK && count == 0)
        status = sg_queue_wait(queue, 1, deadline_ns);
    if (status == SG_OK)
        status = sg_queue_take(queue, 0, message, capacity, length);
    return status == SG_OK ? sg_queue_advance(queue, 1) : status;
}
