/* SPDX-License-Identifier: BSD-2-Clause */
/* What the functions of a queue are proved to keep, whatever the other end writes: nothing outside
   the places is touched, and an end uses no more places than there are. Loads of shared memory
   promise nothing of their value. */
#pragma once

#include "signet/object.h"
#include "signet/queue.h"

#define QUEUE_BYTES(queue) queue_bytes((queue)->place_bytes, (queue)->place_count)

/*@ logic integer queue_bytes(integer bytes, integer count) = bytes * count;

    // Places this end may use, by what it believes.
    logic integer queue_room(struct sg_queue *queue) =
      index_ahead(index_plus(queue->seen, queue->ahead), queue->index);

    predicate geometry_ok(integer bytes, integer count) =
      queue_size_ok(count) && 8 <= bytes && bytes % 8 == 0 &&
      SG_QUEUE_PLACES_AT + bytes * count <= SG_MAP_PAGES_MAX * SG_PAGE_SIZE;

    predicate queue_counts_ok(struct sg_queue *queue) =
      geometry_ok(queue->place_bytes, queue->place_count) &&
      (queue->ahead == 0 || queue->ahead == queue->place_count) &&
      0 <= queue_room(queue) <= queue->place_count;

    // The memory is there, whole, and the end itself is not in it.
    predicate queue_memory_ok(struct sg_queue *queue) =
      \valid(queue) && \valid(queue->own) && \valid_read(queue->other) &&
      \valid(queue->places + (0 .. QUEUE_BYTES(queue) - 1)) &&
      \separated(queue, queue->own, queue->other, queue->places + (0 .. QUEUE_BYTES(queue) - 1));

    // Where an end writes a count for its caller.
    predicate count_ok(struct sg_queue *queue, uint32_t *count) =
      \valid(count) && \separated(count, queue, queue->own, queue->other,
                                  queue->places + (0 .. QUEUE_BYTES(queue) - 1));

    lemma room_grows: \forall integer seen, found, ahead, index;
      0 <= seen < 0x100000000 && 0 <= found < 0x100000000 && 0 <= ahead <= 256 &&
      0 <= index < 0x100000000 ==>
      index_ahead(index_plus(seen, ahead), index) + index_ahead(found, seen) < 0x100000000 ==>
      index_ahead(index_plus(found, ahead), index) ==
        index_ahead(index_plus(seen, ahead), index) + index_ahead(found, seen);

    lemma room_left: \forall integer seen, count, ahead, index;
      0 <= seen < 0x100000000 && 0 <= ahead <= count <= 256 && 0 <= index < 0x100000000 ==>
      index_ahead(index_plus(seen, ahead), index) <= count ==>
      index_ahead(index_plus(index, count - ahead), seen) ==
        count - index_ahead(index_plus(seen, ahead), index);

    lemma room_shrinks: \forall integer limit, count, index;
      0 <= limit < 0x100000000 && 0 <= index < 0x100000000 ==>
      0 <= count <= index_ahead(limit, index) ==>
      index_ahead(limit, index_plus(index, count)) == index_ahead(limit, index) - count;

    lemma products: \forall integer a, b, c, bytes;
      0 <= bytes && 0 <= a && 0 <= b && a + b <= c ==>
      0 <= queue_bytes(bytes, a) && 0 <= queue_bytes(bytes, b) &&
      queue_bytes(bytes, a) + queue_bytes(bytes, b) <= queue_bytes(bytes, c);

    lemma last_place: \forall integer place, count, bytes;
      0 <= bytes && 0 <= place && place + 1 <= count ==>
      0 <= queue_bytes(bytes, place) <= queue_bytes(bytes, count) - bytes;

    lemma words: \forall integer bytes, count; 0 <= bytes && bytes % 8 == 0 ==>
      queue_bytes(bytes, count) == 8 * ((bytes / 8) * count);
*/

/* System calls: the caller's memory is left alone but for results. */
//@ assigns \nothing;
enum sg_status sg_notification_signal(struct sg_handle notification);

/*@ requires \valid(count);
    assigns *count;
*/
enum sg_status sg_notification_wait(struct sg_handle notification, uint64_t deadline_ns,
                                    uint64_t *count);

/*@ assigns \nothing;
    ensures \result <= SG_MAP_PAGES_MAX;
    ensures \result != 0 ==> geometry_ok(geometry.place_bytes, geometry.place_count) &&
      SG_QUEUE_PLACES_AT + geometry.place_bytes * geometry.place_count <= \result * SG_PAGE_SIZE;
*/
uint32_t sg_queue_pages(struct sg_queue_geometry geometry);

/*@ requires \valid(queue) && \valid((struct sg_queue_indices *)memory);
    requires \valid((uint8_t *)memory + (0 .. SG_QUEUE_PLACES_AT +
      geometry.place_bytes * geometry.place_count - 1));
    requires \separated(queue, (struct sg_queue_indices *)memory,
      (uint8_t *)memory + (SG_QUEUE_PLACES_AT .. SG_QUEUE_PLACES_AT +
      geometry.place_bytes * geometry.place_count - 1));
    assigns *queue;
    ensures \result == SG_OK ==> queue_counts_ok(queue);
    // queue_memory_ok(queue), part by part
    ensures reached: \result == SG_OK ==> \valid(queue->own) && \valid_read(queue->other);
    ensures mapped: \result == SG_OK ==> \valid(queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    ensures apart: \result == SG_OK ==> \separated(queue, queue->own, queue->other,
      queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    ensures fresh: \result == SG_OK ==>
      queue_room(queue) == (end == SG_QUEUE_PRODUCER ? queue->place_count : 0);
*/
enum sg_status sg_queue_open_at(struct sg_queue *queue, enum sg_queue_end end, void *memory,
                                struct sg_queue_geometry geometry);

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && count_ok(queue, count);
    assigns queue->seen, *count;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures refuses: \result != SG_OK ==> queue->seen == \old(queue->seen);
    ensures grows: queue_room(queue) >= \old(queue_room(queue));
    ensures \result == SG_OK ==> *count == queue_room(queue);
*/
enum sg_status sg_queue_available(struct sg_queue *queue, uint32_t *count);

/*@ requires \valid_read(queue) && geometry_ok(queue->place_bytes, queue->place_count);
    assigns \result \from queue, nth;
    ensures \result == queue->places + queue_bytes(queue->place_bytes,
      index_plus(queue->index, nth) % queue->place_count);
    ensures inside: 0 <= queue_bytes(queue->place_bytes,
      index_plus(queue->index, nth) % queue->place_count) <=
      QUEUE_BYTES(queue) - queue->place_bytes;
*/
static inline void *sg_queue_at(const struct sg_queue *queue, uint32_t nth);

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue);
    assigns queue->index, queue->own->index, queue->rings;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures refuses: count > \old(queue_room(queue)) ==>
      \result == SG_BAD_ARGUMENT && queue->index == \old(queue->index);
    ensures hands_over: count <= \old(queue_room(queue)) ==>
      queue_room(queue) == \old(queue_room(queue)) - count;
*/
enum sg_status sg_queue_advance(struct sg_queue *queue, uint32_t count);

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && count_ok(queue, count);
    assigns queue->seen, queue->own->wake, *count;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures \result == SG_OK ==> *count == queue_room(queue);
*/
enum sg_status sg_queue_arm(struct sg_queue *queue, uint32_t least, uint32_t *count);

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue);
    assigns queue->seen, queue->own->wake, queue->waits;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures \result == SG_OK ==> queue_room(queue) >= least;
*/
enum sg_status sg_queue_wait(struct sg_queue *queue, uint32_t least, uint64_t deadline_ns);
