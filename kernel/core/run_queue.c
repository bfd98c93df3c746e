/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/run_queue.h"

void run_queue_init(struct run_queue *queue)
{
    for (uint32_t i = 0; i < CLASS_COUNT; i++)
        list_init(&queue->class[i]);
    queue->occupied = 0;
}
