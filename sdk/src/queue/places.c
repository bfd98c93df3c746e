/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages that fill their places, many at a time. */
#include "signet/queue.h"

#include "contracts.h"

/* How many of the next places an end may use, and the words of those before and after the wrap. */
struct span {
    uint32_t count;
    size_t first_words;
    size_t rest_words;
};

#define WORD_BYTES sizeof(uint64_t)
#define BLOCK_WORDS 8u

/* Copies 8 bytes for each word. Messages are short, and the library's memcpy is at its best with long ones. */
/*@ requires words <= SG_MAP_PAGES_MAX * SG_PAGE_SIZE;
    requires \valid(target + (0 .. 8 * words - 1)) && \valid_read(source + (0 .. 8 * words - 1));
    requires \separated(target + (0 .. 8 * words - 1), source + (0 .. 8 * words - 1));
    assigns target[0 .. 8 * words - 1];
*/
static void copy(uint8_t *target, const uint8_t *source, size_t words)
{
    /*@ loop invariant 0 <= words <= \at(words, Pre);
        loop invariant target == \at(target, Pre) + 8 * (\at(words, Pre) - words);
        loop invariant source == \at(source, Pre) + 8 * (\at(words, Pre) - words);
        loop assigns target, source, words, \at(target, Pre)[0 .. 8 * \at(words, Pre) - 1];
        loop variant words;
    */
    for (; words >= BLOCK_WORDS; words -= BLOCK_WORDS) {
        __builtin_memcpy(target, source, BLOCK_WORDS * WORD_BYTES);
        target += BLOCK_WORDS * WORD_BYTES;
        source += BLOCK_WORDS * WORD_BYTES;
    }
    /*@ loop invariant 0 <= words <= \at(words, Pre);
        loop invariant target == \at(target, Pre) + 8 * (\at(words, Pre) - words);
        loop invariant source == \at(source, Pre) + 8 * (\at(words, Pre) - words);
        loop assigns target, source, words, \at(target, Pre)[0 .. 8 * \at(words, Pre) - 1];
        loop variant words;
    */
    for (; words != 0; words--) {
        __builtin_memcpy(target, source, WORD_BYTES);
        target += WORD_BYTES;
        source += WORD_BYTES;
    }
}

/* By how much a number exceeds a limit. */
/*@ assigns \nothing;
    ensures \result <= number && number - \result <= limit;
*/
static uint32_t excess(uint32_t number, uint32_t limit)
{
    return number > limit ? number - limit : 0;
}

/*@ requires bytes % 8 == 0 && bytes <= SG_MAP_PAGES_MAX * SG_PAGE_SIZE;
    assigns \nothing;
    ensures 8 * \result == bytes * places;
*/
static size_t words_of(uint32_t bytes, uint32_t places)
{
    size_t words = bytes / WORD_BYTES;

    //@ assert whole: bytes == 8 * words;
    return words * places;
}

/* Cuts the next places in two where the memory ends. */
/*@ requires \valid(span) && \valid_read(queue) && \separated(span, queue);
    requires geometry_ok(queue->place_bytes, queue->place_count) && available <= queue->place_count;
    assigns *span;
    ensures span->count <= wanted && span->count <= available;
    ensures all: 8 * span->first_words + 8 * span->rest_words <=
      queue_bytes(queue->place_bytes, wanted);
    ensures before_wrap: queue_bytes(queue->place_bytes, queue->index % queue->place_count) +
      8 * span->first_words <= QUEUE_BYTES(queue);
    ensures after_wrap: 8 * span->rest_words <= QUEUE_BYTES(queue);
*/
static void cut(const struct sg_queue *queue, uint32_t wanted, uint32_t available,
                struct span *span)
{
    uint32_t bytes = queue->place_bytes;
    uint32_t place = index_place(queue->index, queue->place_count);
    uint32_t refused = excess(wanted, available);
    uint32_t count = wanted - refused;
    uint32_t rest = excess(count, queue->place_count - place);
    uint32_t first = count - rest;

    /* For the prover, which does not see by itself that products are not negative. */
    size_t before UNUSED = words_of(bytes, place);
    size_t after UNUSED = words_of(bytes, queue->place_count - place - first);
    size_t unused UNUSED = words_of(bytes, queue->place_count - count);
    size_t missing UNUSED = words_of(bytes, refused);

    span->count = count;
    span->first_words = words_of(bytes, first);
    span->rest_words = words_of(bytes, rest);
    //@ assert to_end: bytes * queue->place_count == 8 * (before + span->first_words + after);
    //@ assert to_all: bytes * queue->place_count == 8 * (span->first_words + span->rest_words + unused);
    //@ assert to_wanted: bytes * wanted == 8 * (span->first_words + span->rest_words + missing);
    //@ assert same: queue->place_bytes == bytes && queue->index % queue->place_count == place;
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && \valid(span);
    requires \separated(span, queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->seen, *span;
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
    ensures same: queue->place_bytes == \old(queue->place_bytes);
    ensures \result == SG_OK ==> span->count <= wanted && span->count <= queue_room(queue);
    ensures wanted: \result == SG_OK ==>
      8 * span->first_words + 8 * span->rest_words <= queue_bytes(queue->place_bytes, wanted);
    ensures before_wrap: \result == SG_OK ==>
      queue_bytes(queue->place_bytes, queue->index % queue->place_count) +
      8 * span->first_words <= QUEUE_BYTES(queue);
    ensures after_wrap: \result == SG_OK ==> 8 * span->rest_words <= QUEUE_BYTES(queue);
*/
static enum sg_status next_span(struct sg_queue *queue, uint32_t wanted, struct span *span)
{
    uint32_t available;
    enum sg_status status = sg_queue_available(queue, &available);

    if (status == SG_OK)
        cut(queue, wanted, available, span);
    //@ assert same_size: queue->place_bytes == \at(queue->place_bytes, Pre);
    //@ assert same_count: queue->place_count == \at(queue->place_count, Pre);
    return status;
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && \valid(written);
    requires \valid_read((uint8_t *)messages + (0 .. queue_bytes(queue->place_bytes, count) - 1));
    requires \separated((uint8_t *)messages + (0 .. queue_bytes(queue->place_bytes, count) - 1),
                        written, queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->seen, queue->index, queue->own->index, queue->rings, *written,
            queue->places[0 .. QUEUE_BYTES(queue) - 1];
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
*/
enum sg_status sg_queue_write(struct sg_queue *queue, const void *messages, uint32_t count,
                              uint32_t *written)
{
    struct span span;
    enum sg_status status = next_span(queue, count, &span);

    if (status != SG_OK)
        return status;
    uint8_t *next = sg_queue_at(queue, 0);
    /*@ assert bounds: 8 * span.first_words + 8 * span.rest_words <=
          queue_bytes(\at(queue->place_bytes, Pre), count); */
    //@ assert here: index_plus(queue->index, 0) == queue->index;
    /*@ assert next_place: \let at = queue_bytes(queue->place_bytes, queue->index % queue->place_count);
          next == queue->places + at && 0 <= at && at + 8 * span.first_words <= \at(QUEUE_BYTES(queue), Pre); */
    copy(next, messages, span.first_words);
    if (span.rest_words != 0)
        copy(queue->places, (const uint8_t *)messages + span.first_words * WORD_BYTES,
             span.rest_words);
    *written = span.count;
    return sg_queue_advance(queue, span.count);
}

/*@ requires queue_counts_ok(queue) && queue_memory_ok(queue) && \valid(read);
    requires \valid((uint8_t *)messages + (0 .. queue_bytes(queue->place_bytes, count) - 1));
    requires \separated((uint8_t *)messages + (0 .. queue_bytes(queue->place_bytes, count) - 1),
                        read, queue, queue->own, queue->other,
                        queue->places + (0 .. QUEUE_BYTES(queue) - 1));
    assigns queue->seen, queue->index, queue->own->index, queue->rings, *read,
            ((uint8_t *)messages)[0 .. queue_bytes(queue->place_bytes, count) - 1];
    ensures queue_counts_ok(queue) && queue_memory_ok(queue);
*/
enum sg_status sg_queue_read(struct sg_queue *queue, void *messages, uint32_t count, uint32_t *read)
{
    struct span span;
    enum sg_status status = next_span(queue, count, &span);

    if (status != SG_OK)
        return status;
    uint8_t *next = sg_queue_at(queue, 0);
    /*@ assert bounds: 8 * span.first_words + 8 * span.rest_words <=
          queue_bytes(\at(queue->place_bytes, Pre), count); */
    //@ assert here: index_plus(queue->index, 0) == queue->index;
    /*@ assert next_place: \let at = queue_bytes(queue->place_bytes, queue->index % queue->place_count);
          next == queue->places + at && 0 <= at && at + 8 * span.first_words <= \at(QUEUE_BYTES(queue), Pre); */
    copy(messages, next, span.first_words);
    if (span.rest_words != 0)
        copy((uint8_t *)messages + span.first_words * WORD_BYTES, queue->places, span.rest_words);
    *read = span.count;
    return sg_queue_advance(queue, span.count);
}
