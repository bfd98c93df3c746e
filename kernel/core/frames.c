/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/frames.h"

#include "abi/object.h"

/* Makes a frame a head of count frames, not scrubbed from here on. */
static void become_head(struct frames *frames, uint32_t head, uint32_t count, uint8_t type)
{
    struct frame *frame = &frames->table[head];

    frame->head = head;
    frame->count = count;
    frame->extent = type == SG_TYPE_UNTYPED ? 1 : 0;
    frame->used = frame->extent;
    frame->entries = 0;
    frame->type = type;
    frame->flags = FRAME_DIRTY;
    frame->role = FRAME_HEAD;
}

/* Makes a frame a body of an object. */
static void become_body(struct frames *frames, uint32_t body, uint32_t head)
{
    struct frame *frame = &frames->table[body];

    frame->head = head;
    frame->entries = 0;
    frame->flags = FRAME_DIRTY;
    frame->role = FRAME_BODY;
}

/* Makes a frame free for its owner. */
static void become_free(struct frames *frames, uint32_t free, uint8_t flags)
{
    struct frame *frame = &frames->table[free];

    frame->head = 0;
    frame->count = 0;
    frame->extent = 0;
    frame->used = 0;
    frame->entries = 0;
    frame->type = SG_TYPE_NONE;
    frame->flags = flags;
    frame->role = FRAME_FREE;
}

/* Counts frames of an untyped's range as used. */
static void charge(struct frames *frames, uint32_t untyped, uint32_t count)
{
    struct frame *frame = &frames->table[untyped];

    frame->used = count <= frame->extent - frame->used ? frame->used + count : frame->extent;
}

/* Counts one frame of an untyped's range as free again. */
static void refund(struct frames *frames, uint32_t untyped)
{
    struct frame *frame = &frames->table[untyped];

    if (frame->used > 1)
        frame->used--;
}

void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent)
{
    become_head(frames, first, 1, SG_TYPE_UNTYPED);
    frames->table[first].owner = FRAME_NONE;
    for (uint32_t i = 1; i < extent; i++) {
        become_free(frames, first + i, FRAME_DIRTY);
        frames->table[first + i].owner = first;
        frames->table[first].extent = i + 1;
    }
}

enum sg_status frames_check(const struct frames *frames, uint32_t untyped, uint32_t offset,
                            uint32_t count)
{
    uint32_t extent = frames->table[untyped].extent;

    if (count == 0 || count > extent || offset > extent - count)
        return SG_BAD_ARGUMENT;
    for (uint32_t i = 0; i < count; i++) {
        const struct frame *frame = &frames->table[untyped + offset + i];

        if (frame->role != FRAME_FREE || frame->owner != untyped)
            return SG_NO_FRAMES;
    }
    return SG_OK;
}

uint32_t frames_next_dirty(const struct frames *frames, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (frames->table[first + i].flags & FRAME_DIRTY)
            return first + i;
    }
    return first + count;
}

void frames_set_clean(struct frames *frames, uint32_t frame)
{
    frames->table[frame].flags &= FRAME_DYING;
}

void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint32_t count,
                  uint8_t type)
{
    uint32_t head = untyped + offset;

    become_head(frames, head, 1, type);
    for (uint32_t i = 1; i < count; i++) {
        become_body(frames, head + i, head);
        frames->table[head].count = i + 1;
    }
    charge(frames, untyped, count);
}

uint32_t frames_grant(struct frames *frames, uint32_t child, uint32_t count)
{
    uint32_t owner = frames->table[child].owner;
    uint32_t owner_end = owner + frames->table[owner].extent;
    uint32_t end = child + frames->table[child].extent;
    uint32_t moved = 0;

    while (moved < count && end < owner_end && frames->table[end].role == FRAME_FREE &&
           frames->table[end].owner == owner) {
        frames->table[end].owner = child;
        frames->table[child].extent++;
        end++;
        moved++;
    }
    charge(frames, owner, moved);
    return moved;
}

void frames_kill(struct frames *frames, uint32_t head)
{
    frames->table[head].epoch++;
    frames->table[head].flags = FRAME_DYING | FRAME_DIRTY;
}

uint32_t frames_release_body(struct frames *frames, uint32_t head)
{
    uint32_t body = head + frames->table[head].count - 1;

    frames->table[head].count--;
    become_free(frames, body, FRAME_DIRTY);
    refund(frames, frames->table[head].owner);
    return body;
}

void frames_release_head(struct frames *frames, uint32_t head)
{
    struct frame *frame = &frames->table[head];

    become_free(frames, head, frame->flags & FRAME_DIRTY);
    if (frame->owner == FRAME_NONE || frame->epoch == UINT32_MAX) {
        frame->role = FRAME_ABSENT;
        return;
    }
    refund(frames, frame->owner);
}

void frames_ungrant(struct frames *frames, uint32_t child)
{
    struct frame *untyped = &frames->table[child];
    struct frame *last = &frames->table[child + untyped->extent - 1];

    if (last->role != FRAME_FREE)
        refund(frames, child);
    else if (untyped->owner != FRAME_NONE)
        refund(frames, untyped->owner);
    untyped->extent--;
    last->owner = untyped->owner;
    if (untyped->owner == FRAME_NONE)
        last->role = FRAME_ABSENT;
}
