/* SPDX-License-Identifier: BSD-2-Clause */
/* One end of a shared queue. Producer and consumer differ in `ahead` alone: when both indices are
   equal all places are the producer's and none the consumer's. */
#include "signet/queue.h"

#include "abi/object.h"
#include "contracts.h"
#include "core/shared.h"
#include "signet/object.h"

/*@ assigns \nothing;
    ensures \result ==> queue_size_ok(count);
*/
static int is_queue_size(uint32_t count)
{
    /*@ loop invariant queue_size_ok(size) || size == 2 * SG_QUEUE_PLACES_MAX;
        loop assigns size;
        loop variant 2 * SG_QUEUE_PLACES_MAX - size;
    */
    for (uint32_t size = 1; size <= SG_QUEUE_PLACES_MAX; size *= 2) {
        if (count == size)
            return 1;
    }
    return 0;
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

    if (sg_queue_pages(geometry) == 0)
        return SG_BAD_ARGUMENT;
    *queue = (struct sg_queue){0};
    queue->places = (uint8_t *)memory + SG_QUEUE_PLACES_AT;
    queue->place_bytes = geometry.place_bytes;
    queue->place_count = geometry.place_count;
    queue->index = queue->seen = 0;
    if (end == SG_QUEUE_PRODUCER) {
        queue->own = &indices->producer;
        queue->other = &indices->consumer;
        queue->ahead = geometry.place_count;
    } else {
        queue->own = &indices->consumer;
        queue->other = &indices->producer;
        queue->ahead = 0;
    }
    //@ assert fresh: index_ahead(index_plus(0, queue->ahead), 0) == queue->ahead;
    return SG_OK;
}

/*@ requires \valid_read(queue);
    assigns \nothing;
    ensures \result == queue_room(queue);
*/
static uint32_t available(const struct sg_queue *queue)
{
    return index_lead(index_advance(queue->seen, queue->ahead), queue->index);
}

enum sg_status sg_queue_available(struct sg_queue *queue, uint32_t *count)
{
    uint32_t found = shared_load(&queue->other->index);
    uint32_t limit = index_advance(queue->index, queue->place_count - queue->ahead);

    //@ assert left: index_ahead(limit, queue->seen) == queue->place_count - queue_room(queue);
    if (!index_is_between(found, queue->seen, limit))
        return SG_BAD_RING;
    queue->seen = found;
    /*@ assert grown: queue_room(queue) ==
          \at(queue_room(queue), Pre) + index_ahead(found, \at(queue->seen, Pre)); */
    *count = available(queue);
    //@ assert same_size: queue->place_bytes == \at(queue->place_bytes, Pre);
    //@ assert same_count: queue->place_count == \at(queue->place_count, Pre);
    return SG_OK;
}

enum sg_status sg_queue_advance(struct sg_queue *queue, uint32_t count)
{
    if (count > available(queue))
        return SG_BAD_ARGUMENT;
    queue->index = index_advance(queue->index, count);
    //@ assert less: queue_room(queue) == \at(queue_room(queue), Pre) - count;
    shared_store(&queue->own->index, queue->index);   /* (a) */
    shared_fence();                                   /* (b) */
    uint32_t wake = shared_load(&queue->other->wake); /* (c) */
    //@ assert same_size: queue->place_bytes == \at(queue->place_bytes, Pre);
    //@ assert same_count: queue->place_count == \at(queue->place_count, Pre);
    if (index_lead(queue->index, wake) >= count)
        return SG_OK;
    queue->rings += queue->rings != UINT64_MAX;
    return sg_notification_signal(queue->ring_bell);
}

enum sg_status sg_queue_arm(struct sg_queue *queue, uint32_t least, uint32_t *count)
{
    if (least == 0 || least > queue->place_count)
        return SG_BAD_ARGUMENT;
    uint32_t wake = index_lead(index_advance(queue->index, least), queue->ahead);
    shared_store(&queue->own->wake, wake); /* (1) */
    //@ assert same_size: queue->place_bytes == \at(queue->place_bytes, Pre);
    //@ assert same_count: queue->place_count == \at(queue->place_count, Pre);
    shared_fence();                          /* (2) */
    return sg_queue_available(queue, count); /* (3) */
}

enum sg_status sg_queue_wait(struct sg_queue *queue, uint32_t least, uint64_t deadline_ns)
{
    /*@ loop invariant queue_counts_ok(queue) && queue_memory_ok(queue);
        loop assigns queue->seen, queue->own->wake, queue->waits;
    */
    for (;;) {
        uint32_t count;
        uint64_t bells;
        enum sg_status status = sg_queue_arm(queue, least, &count);
        if (status != SG_OK || count >= least)
            return status;
        queue->waits += queue->waits != UINT64_MAX;
        status = sg_notification_wait(queue->wait_bell, deadline_ns, &bells);
        if (status != SG_OK)
            return status;
    }
}
