/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/cspace_object.h"

#include "object/generic.h"
#include "object/thread.h"

#define SLOTS_OFFSET 128u

enum sg_status cspace_object_check(UNUSED const struct cspace *cspace,
                                   struct create_parameters *parameters)
{
    uint64_t slots = parameters->value[0];

    return slots != 0 && slots <= SG_CSPACE_SLOTS_MAX ? SG_OK : SG_BAD_ARGUMENT;
}

void cspace_object_create(uint32_t head, const struct create_parameters *parameters)
{
    struct cspace_object *object = cspace_at(head);
    uint32_t slot_count = (uint32_t)parameters->value[0];
    struct slot *slot = (struct slot *)((uint8_t *)object + SLOTS_OFFSET);
    uint16_t *order = (uint16_t *)(slot + slot_count);

    cspace_init(&object->cspace, slot, order, order + slot_count, slot_count);
    list_init(&object->threads);
}

static enum sg_status read_slot(const struct cspace *cspace, uint64_t index, uint64_t field,
                                uint64_t *value)
{
    struct capability capability = {.type = SG_TYPE_NONE};
    uint32_t object;

    if (index >= cspace->slot_count || field > SG_SLOT_LIVE)
        return SG_BAD_ARGUMENT;
    const struct slot *slot = &cspace->slot[index];
    if (slot->type != SLOT_EMPTY && slot->type < SG_TYPE_COUNT)
        cspace_read(cspace, (uint32_t)index, &capability);
    const uint64_t fields[] = {
        [SG_SLOT_TYPE] =
            capability.type | (uint64_t)capability.flags << 8 | (uint64_t)slot->generation << 32,
        [SG_SLOT_RIGHTS] = capability.rights,
        [SG_SLOT_BADGE] = capability.badge,
        [SG_SLOT_LIVE] =
            capability.type != SG_TYPE_NONE && capability_follow(&capability, &object) == SG_OK,
    };
    *value = fields[field];
    return SG_OK;
}

enum sg_status cspace_object_call(struct invocation *invocation)
{
    struct cspace *cspace = &cspace_at(invocation->target.object)->cspace;

    switch (invocation->method) {
    case SG_CSPACE_DELETE:
        return generic_release(cspace, sg_handle_from_word(invocation->argument[0]));
    case SG_CSPACE_READ:
        return read_slot(cspace, invocation->argument[0], invocation->argument[1],
                         &invocation->value);
    default:
        return SG_BAD_OPERATION;
    }
}

bool cspace_object_dismantle(uint32_t head)
{
    return threads_leave(&cspace_at(head)->threads, offsetof(struct thread, in_cspace));
}
