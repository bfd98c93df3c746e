/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/place.h"

#include "object/aspace.h"
#include "object/untyped.h"

uint32_t place_frames(struct place *place, uint8_t type, uint32_t count)
{
    uint32_t head = place->untyped + place->next;

    if (frames_check(&machine.frames, place->untyped, place->next, count) != SG_OK)
        arch_panic("boot: memory: too little for init and the modules");
    while (untyped_scrub(head, count) == SG_AGAIN)
        ;
    frames_claim(&machine.frames, place->untyped, place->next, type);
    frames_extend(&machine.frames, head, count - 1);
    place->next += count;
    return head;
}

uint32_t place_object(struct place *place, uint8_t type, uint64_t parameter0, uint64_t parameter1,
                      uint64_t parameter2)
{
    struct create_parameters parameters = {.value = {parameter0, parameter1, parameter2}};
    const struct object_type *behaviour = &object_types[type];

    if (behaviour->check != NULL && behaviour->check(place->cspace, &parameters) != SG_OK)
        arch_panic("boot: an object of init has bad parameters");
    uint32_t head =
        place_frames(place, type, sg_object_frames(type, parameter0, parameter1, parameter2));
    behaviour->create(head, &parameters);
    return head;
}

struct sg_handle place_capability(struct place *place, uint32_t object, uint64_t rights)
{
    struct capability capability = capability_to(object, machine.frames.table[object].type);
    uint32_t slot;

    capability.rights = rights_attenuate(capability.rights, rights | SG_BIT(SG_RELEASE));
    if (cspace_reserve(place->cspace, &slot) != SG_OK)
        arch_panic("boot: the cspace of init is full");
    return cspace_commit(place->cspace, slot, &capability);
}

void place_map(struct aspace *aspace, uint32_t first_frame, uint64_t address, uint32_t page_count,
               uint32_t permissions, struct link *mappings)
{
    struct mapping mapping = {address, first_frame, page_count, permissions};
    uint64_t number;

    if (aspace_map(aspace, &mapping, mappings, &number) != SG_OK)
        arch_panic("boot: init cannot be mapped");
}
