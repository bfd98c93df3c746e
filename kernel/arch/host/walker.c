/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames and capability tables. */
#include "walker.h"

#include "host.h"
#include "object/cspace_object.h"

#define TOGETHER WALKER_PAGE
#define FRAMES_MAX 65536u
#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("walker: " __VA_ARGS__))

struct walker_heads walker_heads;

/* What is known of a page of the frame table, or of slots, as long as nothing writes to it. */
static struct {
    bool is_uniform;   /* frames: all absent, or all free and the same untyped's */
    uint64_t heads[2]; /* which of them are heads */
} table_page[FRAMES_MAX / TOGETHER];
static bool is_empty[FRAMES_MAX]; /* of the slots that begin in a frame: all are */

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

static uint32_t end_of(uint32_t first, uint32_t count)
{
    return first + TOGETHER < count ? first + TOGETHER : count;
}

/* Whether the frames of a page of the table, of which this is the first, are known to be alike. */
static bool is_uniform(uint32_t first)
{
    return table_page[first / TOGETHER].is_uniform &&
           host_is_untouched(frame_at(first), TOGETHER * sizeof(struct frame));
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
    for (uint32_t i = head; i < head + frame->extent; i++) {
        bool is_used = frame_at(i)->role != FRAME_FREE || frame_at(i)->owner != head;
        uint32_t like = i % TOGETHER == 0 && i + TOGETHER <= head + frame->extent && is_uniform(i)
                            ? TOGETHER
                            : 1;

        used += like * is_used;
        i += like - 1;
    }
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
    EXPECT(frame->type < SG_TYPE_COUNT, "head %u: type %u", head, frame->type);
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

static void find_heads_from(uint32_t first, uint32_t end)
{
    uint64_t *heads = table_page[first / TOGETHER].heads;

    heads[0] = heads[1] = 0;
    for (uint32_t i = first; i < end; i++)
        heads[i % TOGETHER / 64] |= (uint64_t)(frame_at(i)->role == FRAME_HEAD) << i % 64;
}

static void collect_heads(uint32_t first, uint64_t heads)
{
    for (; heads != 0; heads &= heads - 1) {
        EXPECT(walker_heads.count < WALKER_HEADS_MAX, "more than %u objects", WALKER_HEADS_MAX);
        walker_heads.head[walker_heads.count++] = first + (uint32_t)__builtin_ctzll(heads);
    }
}

void walker_find_heads(const bool *has_changed)
{
    EXPECT(machine.frames.count <= FRAMES_MAX, "%u frames", machine.frames.count);
    walker_heads.count = 0;
    for (uint32_t first = 0; first < machine.frames.count; first += TOGETHER) {
        uint32_t end = end_of(first, machine.frames.count);

        if (has_changed != NULL
                ? has_changed[first / TOGETHER]
                : !host_is_untouched(frame_at(first), (end - first) * sizeof(struct frame)))
            find_heads_from(first, end);
        collect_heads(first, table_page[first / TOGETHER].heads[0]);
        collect_heads(first + 64, table_page[first / TOGETHER].heads[1]);
    }
}

static bool is_like(const struct frame *frame, const struct frame *first)
{
    return frame->role == first->role && first->role <= FRAME_FREE && frame->owner == first->owner;
}

static void check_frames_from(uint32_t first, uint32_t end)
{
    bool uniform = end - first == TOGETHER;

    if (uniform && is_uniform(first)) {
        check_frame(first);
        check_frame(end - 1);
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        uniform &= is_like(frame_at(i), frame_at(first));
        check_frame(i);
    }
    table_page[first / TOGETHER].is_uniform = uniform;
}

void walker_check_frames(void)
{
    for (uint32_t first = 0; first < machine.frames.count; first += TOGETHER)
        check_frames_from(first, end_of(first, machine.frames.count));
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

    EXPECT(slot->generation >= 1 || slot->type == SLOT_EMPTY,
           "cspace %u slot %u: type %u of generation 0", head, index, slot->type);
    EXPECT((slot->type == SLOT_EMPTY) ==
               (index >= cspace->pool.count || pool_is_free(&cspace->pool, index)),
           "cspace %u slot %u: type %u and its pool disagree", head, index, slot->type);
    EXPECT(slot->type != SLOT_RESERVED, "cspace %u slot %u: still reserved", head, index);
    if (slot->type == SLOT_EMPTY || slot->type == SLOT_RETIRED)
        EXPECT(slot->rights == 0 && slot->badge == 0 && slot->object == 0 && slot->epoch == 0,
               "cspace %u slot %u: empty and not wiped", head, index);
    else
        check_live_slot(head, index, slot);
}

static bool are_free(const struct pool *pool, uint32_t first, uint32_t end)
{
    uint32_t taken = 0;

    for (uint32_t i = first; i < end; i++)
        taken |= i < pool->count && pool->rank[i] >= pool->free_count;
    return taken == 0;
}

/* Empty slots that nothing has written are right if the pool says they are free. */
static void check_slots_from(uint32_t head, uint32_t first, uint32_t end)
{
    const struct cspace *cspace = &cspace_at(head)->cspace;
    bool *known_empty = &is_empty[arch_pointer_frame(&cspace->slot[first])];
    bool are_empty = true;

    if (*known_empty &&
        host_is_untouched(&cspace->slot[first], (end - first) * sizeof(struct slot)) &&
        are_free(&cspace->pool, first, end))
        return;
    for (uint32_t i = first; i < end; i++) {
        are_empty &= cspace->slot[i].type == SLOT_EMPTY;
        check_slot(head, i);
    }
    *known_empty = are_empty;
}

static void check_pool(uint32_t head, const struct pool *pool)
{
    EXPECT(pool->free_count <= pool->count && pool->count <= pool->limit,
           "pool of %u: %u of %u free, at most %u", head, pool->free_count, pool->count,
           pool->limit);
    if (host_is_untouched(pool->order, pool->limit * sizeof(*pool->order)) &&
        host_is_untouched(pool->rank, pool->limit * sizeof(*pool->rank)))
        return;
    for (uint32_t i = 0; i < pool->count; i++)
        EXPECT(pool->order[i] < pool->count && pool->rank[pool->order[i]] == i,
               "pool of %u: no permutation at %u", head, i);
}

void walker_check_cspaces(void)
{
    for (uint32_t i = 0; i < walker_heads.count; i++) {
        uint32_t head = walker_heads.head[i];

        if (frame_at(head)->type != SG_TYPE_CSPACE || frame_at(head)->flags & FRAME_DYING)
            continue;
        const struct cspace *cspace = &cspace_at(head)->cspace;
        EXPECT(cspace->slot_count == cspace->pool.limit, "cspace %u: %u slots, pool of %u", head,
               cspace->slot_count, cspace->pool.limit);
        check_pool(head, &cspace->pool);
        for (uint32_t first = 0; first < cspace->slot_count; first += TOGETHER)
            check_slots_from(head, first, end_of(first, cspace->slot_count));
    }
}

void walker_check(void)
{
    walker_find_heads(NULL);
    walker_check_frames();
    walker_check_cspaces();
    walker_check_operations();
    walker_check_threads();
    walker_check_spaces();
}
