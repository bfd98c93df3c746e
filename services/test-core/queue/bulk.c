/* SPDX-License-Identifier: BSD-2-Clause */
#include "bulk.h"

#include <string.h>

#include "entries.h"

/* Depends on every word and on their order. */
static uint64_t add(uint64_t checksum, uint64_t word)
{
    uint64_t mixed = (checksum ^ word) * UINT64_C(0x9e3779b97f4a7c15);

    return mixed << 29 | mixed >> 35;
}

void bulk_fill(uint64_t *place, uint64_t *checksum)
{
    static uint64_t state = 1;

    for (uint32_t i = 0; i < BULK_WORDS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        place[i] = state;
        *checksum = add(*checksum, state);
    }
}

void bulk_read(uint64_t *place, uint64_t *checksum)
{
    static uint64_t copy[BULK_WORDS];

    memcpy(copy, place, sizeof copy);
    for (uint32_t i = 0; i < BULK_WORDS; i++)
        *checksum = add(*checksum, copy[i]);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static enum sg_status move_batches(struct sg_queue *queue, uint64_t left, uint64_t *moved,
                                   void (*handle)(uint64_t *place, uint64_t *checksum),
                                   uint64_t *checksum)
{
    uint32_t available = 0;
    enum sg_status status = sg_queue_available(queue, &available);
    uint32_t count = (uint32_t)smaller(available, smaller(left, BULK_BATCH));

    for (uint32_t i = 0; i < count && status == SG_OK; i++)
        handle(sg_queue_at(queue, i), checksum);
    *moved = count;
    if (status != SG_OK || count == 0)
        return status;
    return sg_queue_advance(queue, count);
}

enum sg_status bulk_run(struct sg_queue *queue, void (*handle)(uint64_t *place, uint64_t *checksum),
                        struct bulk_tally *tally)
{
    uint64_t before = entries_counted(), left = BULK_MESSAGES, moved;
    enum sg_status status = SG_OK;

    tally->checksum = 0;
    while (left != 0 && status == SG_OK) {
        status = move_batches(queue, left, &moved, handle, &tally->checksum);
        left -= moved;
        if (status == SG_OK && moved == 0)
            status = sg_queue_wait(queue, (uint32_t)smaller(left, BULK_LEAST), SG_FOREVER);
    }
    tally->entries = entries_counted() - before;
    tally->waits = queue->waits;
    tally->rings = queue->rings;
    return status;
}
