/* SPDX-License-Identifier: BSD-2-Clause */
/* Free-running 32-bit indices of a queue: they wrap at 2^32, and are reduced to a place in the queue
   only where its memory is touched. The kernel's rings and the SDK's shared queues count by these. */
#pragma once

#include "core/base.h"

#define INDEX_WRAP UINT64_C(0x100000000)

/*@ logic integer index_ahead(integer tail, integer head) = (tail + 0x100000000 - head) % 0x100000000;

    logic integer index_plus(integer index, integer n) = (index + n) % 0x100000000;

    // Sizes a queue may have: index_place() depends on a power of two.
    predicate queue_size_ok(integer n) =
      n == 1 || n == 2 || n == 4 || n == 8 || n == 16 || n == 32 || n == 64 || n == 128 || n == 256;
*/
#define QUEUE_SIZE_MAX 256u

/* How far an index is ahead of another. */
/*@ assigns \nothing;
    ensures \result == index_ahead(tail, head);
*/
static inline uint32_t index_lead(uint32_t tail, uint32_t head)
{
    return (uint32_t)((tail + INDEX_WRAP - head) % INDEX_WRAP);
}

/* The index `count` further on. */
/*@ assigns \nothing;
    ensures \result == index_plus(index, count);
*/
static inline uint32_t index_advance(uint32_t index, uint32_t count)
{
    return (uint32_t)(((uint64_t)index + count) % INDEX_WRAP);
}

/* The place an index names in a queue of a power of two entries. */
/*@ requires queue_size_ok(count);
    assigns \nothing;
    ensures \result == index % count;
    ensures \result < count;
*/
static inline uint32_t index_place(uint32_t index, uint32_t count)
{
    //@ assert of_2: count == 2 ==> (index & (count - 1)) == index % 2;
    //@ assert of_4: count == 4 ==> (index & (count - 1)) == index % 4;
    //@ assert of_8: count == 8 ==> (index & (count - 1)) == index % 8;
    //@ assert of_16: count == 16 ==> (index & (count - 1)) == index % 16;
    //@ assert of_32: count == 32 ==> (index & (count - 1)) == index % 32;
    //@ assert of_64: count == 64 ==> (index & (count - 1)) == index % 64;
    //@ assert of_128: count == 128 ==> (index & (count - 1)) == index % 128;
    //@ assert of_256: count == 256 ==> (index & (count - 1)) == index % 256;
    return index & (count - 1);
}

/* Whether the other side's index, read once, may be believed: it has only moved on, from `before`,
   and not past `limit`. */
/*@ assigns \nothing;
    ensures \result == 1 || \result == 0;
    ensures believed: \result == 1 <==> index_ahead(found, before) <= index_ahead(limit, before);
*/
static inline bool index_is_between(uint32_t found, uint32_t before, uint32_t limit)
{
    return index_lead(found, before) <= index_lead(limit, before);
}
