/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/queue.h>
#include <signet/server.h>

#include "peer.h"

#define PLACES 256u /* as in services/bench/queue.c */
#define BATCH 32u

struct message {
    uint64_t word[8];
};

static uint64_t ticks(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Reads everything out, a batch at a time. */
static enum sg_status drain(struct sg_queue *queue)
{
    static struct message batch[BATCH];

    for (;;) {
        uint32_t count;
        enum sg_status status = sg_queue_read(queue, batch, BATCH, &count);

        if (status != SG_OK || count == 0)
            return status;
    }
}

static uint32_t answer(void *self, uint16_t method, uint64_t badge, struct sg_registers *message,
                       uint32_t length)
{
    uint64_t start = ticks();

    (void)method;
    (void)badge;
    (void)length;
    if (drain(self) != SG_OK)
        return 0;
    message->word[0] = ticks() - start;
    return sizeof message->word[0];
}

int peer_drain_queue(struct sg_handle endpoint)
{
    static const struct sg_queue_geometry geometry = {sizeof(struct message), PLACES};
    struct sg_handle part[SG_QUEUE_PARTS];
    struct sg_queue queue;
    enum sg_status status = peer_meet(endpoint, part, SG_QUEUE_PARTS);

    if (status == SG_OK)
        status = sg_queue_open(&queue, SG_QUEUE_CONSUMER,
                               &(struct sg_queue_parts){part[0], part[1], part[2]}, geometry);
    return status == SG_OK ? sg_register_serve(endpoint, answer, &queue) : status;
}
