/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/ring.h"

#include "object/aspace.h"
#include "object/thread.h"

#define RECORDS_OFFSET 256u
#define DISMANTLE_REGIONS 4u

/* Bytes of the shared part before the arena. */
static uint32_t queues_size(uint64_t submissions, uint64_t completions)
{
    return (uint32_t)(SG_RING_QUEUE_OFFSET + submissions * sizeof(struct sg_submission) +
                      completions * sizeof(struct sg_completion));
}

/* 0: submissions, 1: completions, 2: shared pages | opcode mask << 32 */
RARELY enum sg_status ring_check(UNUSED const struct cspace *cspace,
                                 struct create_parameters *parameters)
{
    uint64_t submissions = parameters->value[0];
    uint64_t completions = parameters->value[1];
    uint32_t pages = (uint32_t)parameters->value[2];

    /* powers of two; 0 is above the most when 1 is taken away */
    if (submissions - 1 >= SG_RING_SUBMISSIONS_MAX || submissions & (submissions - 1) ||
        completions - 1 >= SG_RING_COMPLETIONS_MAX || completions & (completions - 1) ||
        submissions > completions || pages > SG_RING_PAGES_MAX ||
        parameters->value[2] >> 32 >= 1u << SG_OP_COUNT)
        return SG_BAD_ARGUMENT;
    return queues_size(submissions, completions) <= pages * PAGE_SIZE ? SG_OK : SG_BAD_ARGUMENT;
}

RARELY void ring_create(uint32_t head, const struct create_parameters *parameters)
{
    struct ring *ring = ring_at(head);
    uint32_t submissions = (uint32_t)parameters->value[0];
    uint32_t completions = (uint32_t)parameters->value[1];

    ring->shared_pages = (uint32_t)parameters->value[2];
    ring->opcode_mask = (uint32_t)(parameters->value[2] >> 32);
    ring->shared_frame = head + machine.frames.table[head].count - ring->shared_pages;
    list_init(&ring->mappings);
    ring->record = (struct op *)((uint8_t *)ring + RECORDS_OFFSET);
    uint16_t *number = (uint16_t *)(ring->record + completions);
    pool_init(&ring->records, number, number + completions, completions);
    for (uint32_t i = 0; i < completions; i++) {
        ring->record[i].ring = ring;
        ring->record[i].number = (uint16_t)i;
        list_init(&ring->record[i].link);
    }
    uint8_t *shared = arch_frame_pointer(ring->shared_frame);
    struct sg_submission *submission = (struct sg_submission *)(shared + SG_RING_QUEUE_OFFSET);
    struct sg_completion *completion = (struct sg_completion *)(submission + submissions);
    ring_init(&ring->queues, (struct sg_ring_indices *)shared, submission, submissions, completion,
              completions);
    uint32_t queues = queues_size(submissions, completions);
    ring->arena = shared + queues;
    ring->arena_size = (uint32_t)(ring->shared_pages * PAGE_SIZE) - queues;
}

struct op *ring_take_record(struct ring *ring)
{
    return pool_has(&ring->records) ? &ring->record[pool_take(&ring->records)] : NULL;
}

void ring_give_record(struct op *op)
{
    op->state = OP_IDLE;
    pool_give(&op->ring->records, op->number);
}

void ring_complete(struct ring *ring, const struct sg_completion *completion)
{
    struct thread *thread = ring->thread;
    uint32_t unread;

    ring_post(&ring->queues, completion);
    ring_publish(&ring->queues);
    if (LIKELY(thread == NULL || thread->wait != WAIT_ENTER))
        return;
    enum sg_status status = ring_unread(&ring->queues, &unread);
    if (status != SG_OK || unread >= thread->enter.counts >> 32) {
        thread_set_enter_result(thread, status);
        thread_wake(thread);
    }
}

RARELY bool ring_abort(struct ring *ring, uint32_t limit)
{
    for (uint32_t i = 0; i < limit && ring->records.free_count < ring->records.count; i++) {
        struct op *op =
            &ring->record[ring->records.order[ring->records.count - 1]]; /* any in use */

        if (op->state == OP_HELD)
            op_drop(op, SG_PEER_GONE);
        else
            op_fail(op, SG_CANCELLED);
    }
    return ring->records.free_count == ring->records.count;
}

RARELY enum sg_status ring_cancel(struct ring *ring, uint64_t user_data)
{
    const struct pool *records = &ring->records;

    cpu_work(8 * (records->count - records->free_count));
    for (uint32_t i = records->free_count; i < records->count; i++) {
        struct op *op = &ring->record[records->order[i]];

        if (op->state != OP_HELD && op->user_data == user_data) {
            op_fail(op, SG_CANCELLED);
            return SG_OK;
        }
    }
    return SG_NOT_FOUND;
}

RARELY bool ring_dismantle(uint32_t head)
{
    struct ring *ring = ring_at(head);

    if (ring->thread != NULL && !thread_unbind(ring->thread))
        return false;
    for (uint32_t i = 0; i < DISMANTLE_REGIONS && !list_is_empty(&ring->mappings); i++)
        region_unmap(CONTAINER_OF(ring->mappings.next, struct region, link));
    arch_flush();
    return list_is_empty(&ring->mappings);
}
