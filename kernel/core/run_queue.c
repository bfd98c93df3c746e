/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/run_queue.h"

void run_queue_init(struct run_queue *queue)
{
    /*@ loop invariant 0 <= i <= CLASS_COUNT;
        loop invariant \forall integer c; 0 <= c < i ==>
          queue->class[c].next == &queue->class[c] && queue->class[c].prev == &queue->class[c];
        loop assigns i, queue->class[0 .. CLASS_COUNT - 1];
        loop variant CLASS_COUNT - i;
    */
    for (uint32_t i = 0; i < CLASS_COUNT; i++)
        list_init(&queue->class[i]);
    queue->occupied = 0;
}
