/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of any length in a queue's places: a length of SG_QUEUE_LENGTH_BYTES, then the bytes. */
#include "contracts.h"
#include "core/shared.h"
#include "signet/queue.h"

/*@ requires \valid_read(queue) && geometry_ok(queue->place_bytes, queue->place_count);
    assigns \nothing;
    ensures \result == queue->place_bytes - SG_QUEUE_LENGTH_BYTES;
*/
static uint32_t room(const struct sg_queue *queue)
{
    return queue->place_bytes - SG_QUEUE_LENGTH_BYTES;
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && \valid_read((uint8_t *)message + (0 .. length - 1));
    requires nth < queue_room(queue);
    requires \separated((uint8_t *)message + (0 .. length - 1), queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->places[0 .. QUEUE_BYTES(queue) - 1];
    ensures \result == SG_OK || \result == SG_TOO_BIG;
    ensures \result == SG_OK <==> length <= queue->place_bytes - SG_QUEUE_LENGTH_BYTES;
*/
enum sg_status sg_queue_put(const struct sg_queue *queue, uint32_t nth, const void *message,
                            uint32_t length)
{
    uint8_t *place = sg_queue_at(queue, nth);

    if (length > room(queue))
        return SG_TOO_BIG;
    shared_store_bytes(place, length);
    if (length != 0)
        memcpy(place + SG_QUEUE_LENGTH_BYTES, message, length);
    return SG_OK;
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue);
    requires nth < queue_room(queue);
    requires \valid(length) && \valid((uint8_t *)message + (0 .. capacity - 1));
    requires \separated((uint8_t *)message + (0 .. capacity - 1), length, queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns ((uint8_t *)message)[0 .. capacity - 1], *length;
    ensures \result == SG_OK ==>
      *length <= capacity && *length <= queue->place_bytes - SG_QUEUE_LENGTH_BYTES;
*/
enum sg_status sg_queue_take(const struct sg_queue *queue, uint32_t nth, void *message,
                             uint32_t capacity, uint32_t *length)
{
    const uint8_t *place = sg_queue_at(queue, nth);
    uint32_t found = shared_load_bytes(place);

    if (found > room(queue))
        return SG_BAD_RING;
    if (found > capacity)
        return SG_TOO_BIG;
    if (found != 0)
        memcpy(message, place + SG_QUEUE_LENGTH_BYTES, found);
    *length = found;
    return SG_OK;
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && \valid_read((uint8_t *)message + (0 .. length - 1));
    requires \separated((uint8_t *)message + (0 .. length - 1), queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->seen, queue->index, queue->own->index, queue->own->wake, queue->rings,
            queue->waits, queue->places[0 .. QUEUE_BYTES(queue) - 1];
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
*/
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

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue);
    requires \valid(length) && \valid((uint8_t *)message + (0 .. capacity - 1));
    requires \separated((uint8_t *)message + (0 .. capacity - 1), length, queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->seen, queue->index, queue->own->index, queue->own->wake, queue->rings,
            queue->waits, ((uint8_t *)message)[0 .. capacity - 1], *length;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures \result == SG_OK ==> *length <= capacity;
*/
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
