/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames and capability tables. */
#include "walker.h"

#include "host.h"
#include "object/cspace_object.h"

#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("walker: " __VA_ARGS__))

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

/* Whether a frame is a head of an untyped whose range has another frame in it. */
static bool is_in_range(uint32_t untyped, uint32_t number)
{
    const struct frame *frame = frame_at(untyped);

    return frame->role == FRAME_HEAD && frame->type == SG_TYPE_UNTYPED && number > untyped &&
           number < untyped + frame->extent;
}

static void check_untyped(uint32_t head)
{
    const struct frame *frame = frame_at(head);
    uint32_t used = 0;

    EXPECT(frame->count == 1 && frame->extent >= 1 && frame->extent <= machine.frames.count - head,
           "untyped %u: count %u, extent %u", head, frame->count, frame->extent);
    for (uint32_t i = head; i < head + frame->extent; i++)
        used += frame_at(i)->role != FRAME_FREE || frame_at(i)->owner != head;
    EXPECT(used == frame->used, "untyped %u: expected %u frames used, found %u", head, used,
           frame->used);
    if (frame->owner != FRAME_NONE && is_in_range(frame->owner, head))
        EXPECT(head + frame->extent <= frame->owner + frame_at(frame->owner)->extent,
               "untyped %u reaches past its owner %u", head, frame->owner);
}

static void check_head(uint32_t head)
{
    const struct frame *frame = frame_at(head);

    EXPECT(head != FRAME_NONE && frame->head == head && frame->count >= 1 &&
               frame->count <= machine.frames.count - head,
           "head %u: names %u, count %u", head, frame->head, frame->count);
    EXPECT(frame->type > SG_TYPE_NONE && frame->type < SG_TYPE_COUNT, "head %u: type %u", head,
           frame->type);
    for (uint32_t i = head + 1; i < head + frame->count; i++)
        EXPECT(frame_at(i)->role == FRAME_BODY && frame_at(i)->head == head,
               "frame %u: expected a body of %u, found role %u of %u", i, head, frame_at(i)->role,
               frame_at(i)->head);
    if (frame->type == SG_TYPE_UNTYPED)
        check_untyped(head);
    else
        EXPECT(frame->extent == 0 && frame->used == 0, "head %u: a ledger without an untyped",
               head);
    EXPECT(frame->owner != FRAME_NONE || frame->type == SG_TYPE_UNTYPED, "head %u: no owner", head);
    EXPECT(frame->owner == FRAME_NONE || is_in_range(frame->owner, head),
           "head %u: its owner %u is no untyped around it", head, frame->owner);
}

static void check_frame(uint32_t number)
{
    const struct frame *frame = frame_at(number);

    switch ((enum frame_role)frame->role) {
    case FRAME_ABSENT:
        break;
    case FRAME_FREE:
        EXPECT(is_in_range(frame->owner, number), "free frame %u: owner %u", number, frame->owner);
        EXPECT(!(frame->flags & FRAME_DYING) && frame->entries == 0, "free frame %u: flags %u",
               number, frame->flags);
        break;
    case FRAME_HEAD:
        check_head(number);
        break;
    case FRAME_BODY:
        EXPECT(frame->head < number && frame_at(frame->head)->role == FRAME_HEAD &&
                   number < frame->head + frame_at(frame->head)->count,
               "body %u: its head %u does not have it", number, frame->head);
        break;
    }
}

void walker_check_frames(void)
{
    for (uint32_t i = 0; i < machine.frames.count; i++)
        check_frame(i);
}

void walker_check_clean(void)
{
    static const uint8_t zero[PAGE_SIZE];

    for (uint32_t i = 0; i < machine.frames.count; i++)
        EXPECT(frame_at(i)->role != FRAME_FREE || frame_at(i)->flags & FRAME_DIRTY ||
                   memcmp(arch_frame_pointer(i), zero, PAGE_SIZE) == 0,
               "free frame %u counts as clean and is not", i);
}

/* The type of object a capability of a type names. */
static uint8_t object_type_of(const struct slot *slot)
{
    if (slot->flags & SLOT_LEASED)
        return SG_TYPE_LEASE;
    return slot->type == SG_TYPE_CLIENT ? SG_TYPE_ENDPOINT : slot->type;
}

static void check_live_slot(uint32_t head, uint32_t index, const struct slot *slot)
{
    const struct frame *object = frame_at(slot->object);

    EXPECT(slot->type < SG_TYPE_COUNT, "cspace %u slot %u: type %u", head, index, slot->type);
    EXPECT(slot->rights & SG_BIT(SG_RELEASE) && slot->rights >> 62 == 0,
           "cspace %u slot %u: rights %lx", head, index, (unsigned long)slot->rights);
    EXPECT(slot->object < machine.frames.count && slot->epoch <= object->epoch,
           "cspace %u slot %u: object %u of epoch %u", head, index, slot->object, slot->epoch);
    if (slot->epoch == object->epoch)
        EXPECT(object->role == FRAME_HEAD && object->type == object_type_of(slot) &&
                   !(object->flags & FRAME_DYING),
               "cspace %u slot %u: live capability of type %u to role %u type %u", head, index,
               slot->type, object->role, object->type);
}

static void check_slot(uint32_t head, uint32_t index)
{
    const struct cspace *cspace = &cspace_at(head)->cspace;
    const struct slot *slot = &cspace->slot[index];

    EXPECT(slot->generation >= 1, "cspace %u slot %u: generation 0", head, index);
    EXPECT((slot->type == SLOT_EMPTY) == pool_is_free(&cspace->pool, index),
           "cspace %u slot %u: type %u and its pool disagree", head, index, slot->type);
    EXPECT(slot->type != SLOT_RESERVED, "cspace %u slot %u: still reserved", head, index);
    if (slot->type == SLOT_EMPTY || slot->type == SLOT_RETIRED)
        EXPECT(slot->rights == 0 && slot->badge == 0 && slot->object == 0 && slot->epoch == 0,
               "cspace %u slot %u: empty and not wiped", head, index);
    else
        check_live_slot(head, index, slot);
}

static void check_pool(uint32_t head, const struct pool *pool)
{
    EXPECT(pool->free_count <= pool->count, "pool of %u: %u of %u free", head, pool->free_count,
           pool->count);
    for (uint32_t i = 0; i < pool->count; i++)
        EXPECT(pool->order[i] < pool->count && pool->rank[pool->order[i]] == i,
               "pool of %u: no permutation at %u", head, i);
}

void walker_check_cspaces(void)
{
    for (uint32_t head = 0; head < machine.frames.count; head++) {
        if (frame_at(head)->role != FRAME_HEAD || frame_at(head)->type != SG_TYPE_CSPACE ||
            frame_at(head)->flags & FRAME_DYING)
            continue;
        const struct cspace *cspace = &cspace_at(head)->cspace;
        EXPECT(cspace->slot_count == cspace->pool.count, "cspace %u: %u slots, pool of %u", head,
               cspace->slot_count, cspace->pool.count);
        check_pool(head, &cspace->pool);
        for (uint32_t i = 0; i < cspace->slot_count; i++)
            check_slot(head, i);
    }
}

void walker_check(void)
{
    walker_check_frames();
    walker_check_cspaces();
    walker_check_operations();
    walker_check_threads();
    walker_check_spaces();
}
