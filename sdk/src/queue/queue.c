/* SPDX-License-Identifier: BSD-2-Clause */
/* One end of a shared queue. Producer and consumer differ in `ahead` alone: when both indices are
   equal all places are the producer's and none the consumer's. */
#include "signet/queue.h"

#include "abi/object.h"
#include "core/shared.h"
#include "signet/object.h"

static int is_queue_size(uint32_t count)
{
    return count != 0 && count <= SG_QUEUE_PLACES_MAX && (count & (count - 1)) == 0;
}

uint32_t sg_queue_pages(struct sg_queue_geometry geometry)
{
    if (!is_queue_size(geometry.place_count) || geometry.place_bytes == 0 ||
        geometry.place_bytes % sizeof(uint64_t) != 0)
        return 0;
    uint64_t bytes = SG_QUEUE_PLACES_AT + (uint64_t)geometry.place_bytes * geometry.place_count;
    uint64_t pages = (bytes + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE;
    return pages <= SG_MAP_PAGES_MAX ? (uint32_t)pages : 0;
}

enum sg_status sg_queue_open_at(struct sg_queue *queue, enum sg_queue_end end, void *memory,
                                struct sg_queue_geometry geometry)
{
    struct sg_queue_indices *indices = memory;
    int is_producer = end == SG_QUEUE_PRODUCER;

    if (sg_queue_pages(geometry) == 0)
        return SG_BAD_ARGUMENT;
    *queue = (struct sg_queue){
        .own = is_producer ? &indices->producer : &indices->consumer,
        .other = is_producer ? &indices->consumer : &indices->producer,
        .places = (uint8_t *)memory + SG_QUEUE_PLACES_AT,
        .place_bytes = geometry.place_bytes,
        .place_count = geometry.place_count,
        .ahead = is_producer ? geometry.place_count : 0,
    };
    return SG_OK;
}

static uint32_t available(const struct sg_queue *queue)
{
    return index_lead(index_advance(queue->seen, queue->ahead), queue->index);
}

enum sg_status sg_queue_available(struct sg_queue *queue, uint32_t *count)
{
    uint32_t found = shared_load(&queue->other->index);
    uint32_t limit = index_advance(queue->index, queue->place_count - queue->ahead);

    if (!index_is_between(found, queue->seen, limit))
        return SG_BAD_RING;
    queue->seen = found;
    *count = available(queue);
    return SG_OK;
}

enum sg_status sg_queue_advance(struct sg_queue *queue, uint32_t count)
{
    if (count > available(queue))
        return SG_BAD_ARGUMENT;
    queue->index = index_advance(queue->index, count);
    shared_store(&queue->own->index, queue->index);   /* (a) */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);          /* (b) */
    uint32_t wake = shared_load(&queue->other->wake); /* (c) */
    if (index_lead(queue->index, wake) >= count)
        return SG_OK;
    queue->rings++;
    return sg_notification_signal(queue->ring_bell);
}

enum sg_status sg_queue_arm(struct sg_queue *queue, uint32_t least, uint32_t *count)
{
    if (least == 0 || least > queue->place_count)
        return SG_BAD_ARGUMENT;
    uint32_t wake = index_lead(index_advance(queue->index, least), queue->ahead);
    shared_store(&queue->own->wake, wake);   /* (1) */
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* (2) */
    return sg_queue_available(queue, count); /* (3) */
}

enum sg_status sg_queue_wait(struct sg_queue *queue, uint32_t least, uint64_t deadline_ns)
{
    for (;;) {
        uint32_t count;
        uint64_t bells;
        enum sg_status status = sg_queue_arm(queue, least, &count);
        if (status != SG_OK || count >= least)
            return status;
        queue->waits++;
        status = sg_notification_wait(queue->wait_bell, deadline_ns, &bells);
        if (status != SG_OK)
            return status;
    }
}
