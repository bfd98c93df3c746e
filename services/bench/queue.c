/* SPDX-License-Identifier: BSD-2-Clause */
/* A message through a shared queue: what the producer needs to write it and the peer, another
   process, to read it out. Neither end sleeps, so neither enters the kernel: a call says when it is
   the peer's turn, and its answer how long the peer took. */
#include <signet/queue.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#include "bench.h"
#include "mark.h"

#define PLACES 256u
#define BATCH 32u
#define SAMPLES 11u

struct message {
    uint64_t word[8];
};

static const struct sg_queue_geometry geometry = {sizeof(struct message), PLACES};

/* Fills the queue, a batch at a time. */
static int64_t produce(struct sg_queue *queue)
{
    static struct message batch[BATCH];
    int64_t status = SG_OK;

    for (uint32_t done = 0; done < PLACES && status == SG_OK; done += BATCH) {
        uint32_t written;

        status = sg_queue_write(queue, batch, BATCH, &written);
        if (status == SG_OK && written != BATCH)
            status = SG_LIMIT;
    }
    return status;
}

/* The peer empties the queue and says in how many ticks. */
static int64_t consume(uint64_t *peer_ticks)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_CALL, 0, 0, 0),
                                     .handle = sg_handle_word(sg_capability("queue")),
                                     .deadline_ns = SG_FOREVER};

    sg_invoke(&registers);
    *peer_ticks = registers.word[0];
    return sg_registers_result(&registers);
}

static int64_t sample(struct sg_queue *queue, uint64_t *sum)
{
    uint64_t start = ticks(), peer_ticks = 0;
    int64_t status = produce(queue);

    *sum = ticks() - start;
    if (status >= 0)
        status = consume(&peer_ticks);
    *sum += peer_ticks;
    return status;
}

static int64_t open_queue(struct sg_queue *queue)
{
    struct sg_cap_transfer list[SG_QUEUE_PARTS];
    struct sg_queue_source source;
    int64_t status = sg_queue_create(geometry, &source);

    if (status >= 0)
        status = sg_queue_open(queue, SG_QUEUE_PRODUCER, &source.parts, geometry);
    if (status < 0)
        return status;
    sg_queue_offer(&source.parts, SG_QUEUE_CONSUMER, list);
    return introduce(sg_capability("queue"), list, SG_QUEUE_PARTS);
}

void measure_queue(void)
{
    struct sg_queue queue;
    uint64_t least = UINT64_MAX, sum;
    int64_t status = open_queue(&queue);

    for (uint32_t i = 0; i < SAMPLES && status >= 0; i++) {
        MARK(MARK_BEGIN);
        status = sample(&queue, &sum);
        MARK(MARK_END);
        least = sum < least ? sum : least;
    }
    if (status < 0 || queue.rings + queue.waits != 0)
        report_failure("queue_32", status < 0 ? status : SG_BUSY);
    else
        report_row("queue_32", least / PLACES, PLACES);
}
