/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/memory.h"

#include "core/shared.h"
#include "object/aspace.h"
#include "object/op.h"

#define LOOK_WORK 10u        /* to look at a waiter, */
#define WAKE_WORK 300u       /* and to wake it */
#define DISMANTLE_REGIONS 4u /* unmapped a step, each of SG_MAP_PAGES_MAX pages at most */

enum sg_status memory_check(UNUSED const struct cspace *cspace,
                            struct create_parameters *parameters)
{
    uint64_t pages = parameters->value[0];

    return pages != 0 && pages <= SG_MEMORY_PAGES_MAX ? SG_OK : SG_BAD_ARGUMENT;
}

void memory_create(uint32_t head, const struct create_parameters *parameters)
{
    struct memory *memory = memory_at(head);

    memory->page_count = (uint32_t)parameters->value[0];
    list_init(&memory->mappings);
    list_init(&memory->waiters);
}

bool memory_dismantle(uint32_t head)
{
    struct memory *memory = memory_at(head);

    while (!list_is_empty(&memory->waiters))
        op_fail(CONTAINER_OF(memory->waiters.next, struct op, link), SG_PEER_GONE);
    for (uint32_t i = 0; i < DISMANTLE_REGIONS && !list_is_empty(&memory->mappings); i++)
        region_unmap(CONTAINER_OF(memory->mappings.next, struct region, link));
    arch_flush();
    return list_is_empty(&memory->mappings);
}

/* Whether a futex word lies in the memory. */
static bool word_fits(const struct memory *memory, uint64_t offset)
{
    return offset % sizeof(uint32_t) == 0 && offset < memory->page_count * PAGE_SIZE;
}

enum sg_status memory_wait(struct invocation *invocation)
{
    struct memory *memory = memory_at(invocation->target.object);
    uint64_t offset = invocation->argument[0];

    if (!word_fits(memory, offset) || invocation->argument[1] > UINT32_MAX)
        return SG_BAD_ARGUMENT;
    if (memory->waiter_count == SG_MEMORY_WAITERS_MAX)
        return SG_LIMIT;
    const uint8_t *pages = arch_frame_pointer(invocation->target.object + 1);
    if (shared_load((const uint32_t *)(pages + offset)) != (uint32_t)invocation->argument[1])
        return SG_CHANGED;
    struct op *op = invocation_record(invocation);
    if (op == NULL)
        return SG_LIMIT;
    op->state = OP_WAITING;
    op->message.send_offset = (uint32_t)offset;
    op->object = invocation->target.object;
    op->flags = OP_FUTEX;
    list_push(&memory->waiters, &op->link);
    memory->waiter_count++;
    return STATUS_PENDING;
}

enum sg_status memory_wake(struct invocation *invocation)
{
    struct memory *memory = memory_at(invocation->target.object);
    uint64_t offset = invocation->argument[0];
    struct link *next;

    if (!word_fits(memory, offset))
        return SG_BAD_ARGUMENT;
    for (struct link *link = memory->waiters.next;
         link != &memory->waiters && invocation->value < invocation->argument[1]; link = next) {
        struct op *op = CONTAINER_OF(link, struct op, link);

        next = link->next;
        cpu_work(LOOK_WORK);
        if (op->message.send_offset != (uint32_t)offset)
            continue;
        op_fail(op, SG_OK);
        cpu_work(WAKE_WORK);
        invocation->value++;
    }
    return SG_OK;
}
