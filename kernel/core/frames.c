/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/frames.h"

/* Two steps each, so that the provers reason about one frame's fields, and about all frames, apart:
   the functions on a struct frame write fields, those on the table keep its invariant. */

/*@ requires \valid(frame);
    assigns *frame;
    ensures frame->owner == \old(frame->owner) && frame->epoch == \old(frame->epoch);
    ensures frame->role == FRAME_HEAD && frame->type == type && frame->flags == FRAME_DIRTY;
    ensures frame->head == head && frame->count == 1;
    ensures frame->extent == (type == SG_TYPE_UNTYPED ? 1 : 0) && frame->used == frame->extent;
*/
static void set_head(struct frame *frame, uint32_t head, uint8_t type)
{
    frame->head = head;
    frame->count = 1;
    frame->extent = type == SG_TYPE_UNTYPED ? 1 : 0;
    frame->used = frame->extent;
    frame->entries = 0;
    frame->type = type;
    frame->flags = FRAME_DIRTY;
    frame->role = FRAME_HEAD;
}

/* Makes a free or absent frame an object of its own; it is not scrubbed from here on. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires 1 <= head < frames->count && frames->table[head].epoch < UINT32_MAX;
    requires frames->table[head].role == FRAME_FREE || frames->table[head].role == FRAME_ABSENT;
    requires frames->table[head].owner == FRAME_NONE ==> type == SG_TYPE_UNTYPED;
    assigns frames->table[head];
    ensures FRAMES_OK(frames);
    ensures frames->table[head].role == FRAME_HEAD && frames->table[head].type == type;
    ensures frames->table[head].count == 1 && frames->table[head].head == head;
    ensures type == SG_TYPE_UNTYPED ==> frames->table[head].extent == 1;
    ensures frames->table[head].owner == \old(frames->table[head].owner);
    ensures frames->table[head].epoch == \old(frames->table[head].epoch);
*/
static void become_head(struct frames *frames, uint32_t head, uint8_t type)
{
    //@ assert unnamed: frames_unnamed(frames, head);
    set_head(&frames->table[head], head, type);
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, head);
    /*@ assert named: \forall integer f; 0 <= f < frames->count &&
          frames->table[f].role == FRAME_BODY ==>
            f != head && 0 <= frames->table[f].head < f && frames->table[f].head != head;
    */
    /*@ assert theirs: \forall integer f; 0 <= f < frames->count &&
          frames->table[f].role == FRAME_BODY ==>
            frames->table[frames->table[f].head].role == FRAME_HEAD &&
            frames->table[frames->table[f].head].owner == frames->table[f].owner;
    */
}

/*@ requires \valid(frame);
    assigns *frame;
    ensures frame->owner == \old(frame->owner) && frame->epoch == \old(frame->epoch);
    ensures frame->role == FRAME_BODY && frame->head == head;
*/
static void set_body(struct frame *frame, uint32_t head)
{
    frame->head = head;
    frame->entries = 0;
    frame->flags = FRAME_DIRTY;
    frame->role = FRAME_BODY;
}

/* Makes the frame after an object, free and of the same owner, a body of it. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires frames->table[head].type != SG_TYPE_UNTYPED;
    requires head + frames->table[head].count < frames->count;
    requires frames->table[head + frames->table[head].count].role == FRAME_FREE;
    requires frames->table[head + frames->table[head].count].owner == frames->table[head].owner;
    assigns frames->table[head].count, frames->table[head + frames->table[head].count];
    ensures FRAMES_OK(frames);
    ensures frames->table[head].count == \old(frames->table[head].count) + 1;
    ensures FRAME_AFTER(frames, head, count).head == head;
    ensures FRAME_AFTER(frames, head, count).owner == frames->table[head].owner;
    ensures FRAME_AFTER(frames, head, count).epoch ==
            \old(frames->table[head + frames->table[head].count].epoch);
*/
static void grow(struct frames *frames, uint32_t head)
{
    uint32_t body = head + frames->table[head].count;

    set_body(&frames->table[body], head);
    frames->table[head].count++;
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, body);
}

/* Leaves a frame to its owner. */
/*@ requires \valid(frame);
    assigns *frame;
    ensures frame->owner == \old(frame->owner) && frame->epoch == \old(frame->epoch);
    ensures frame->role == FRAME_FREE && frame->flags == flags;
*/
static void become_free(struct frame *frame, uint8_t flags)
{
    frame->head = FRAME_NONE;
    frame->count = 0;
    frame->extent = 0;
    frame->used = 0;
    frame->entries = 0;
    frame->type = SG_TYPE_NONE;
    frame->flags = flags;
    frame->role = FRAME_FREE;
}

/* Counts frames of an untyped's range as used. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    assigns frames->table[untyped].used;
    ensures FRAMES_OK(frames);
    ensures frames->table[untyped].used ==
      \min(\old(frames->table[untyped].used) + count, frames->table[untyped].extent);
*/
static void charge(struct frames *frames, uint32_t untyped, uint32_t count)
{
    struct frame *frame = &frames->table[untyped];

    frame->used = count <= frame->extent - frame->used ? frame->used + count : frame->extent;
}

/* Counts one frame of an untyped's range as free again. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    assigns frames->table[untyped].used;
    ensures FRAMES_OK(frames);
    ensures frames->table[untyped].used == \max(\old(frames->table[untyped].used) - 1, 1);
*/
static void refund(struct frames *frames, uint32_t untyped)
{
    struct frame *frame = &frames->table[untyped];

    if (frame->used > 1)
        frame->used--;
}

/* Moves the frame after an untyped to it: a free one of its owner, or to a root an absent one. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires child < frames->count && FRAME_IS_UNTYPED(frames, child);
    requires child + frames->table[child].extent < frames->count;
    requires frames->table[child].owner != FRAME_NONE ==>
      child + frames->table[child].extent <
      frames->table[child].owner + frames->table[frames->table[child].owner].extent;
    requires frames->table[child + frames->table[child].extent].role ==
             (frames->table[child].owner == FRAME_NONE ? FRAME_ABSENT : FRAME_FREE);
    requires frames->table[child + frames->table[child].extent].owner ==
             frames->table[child].owner;
    assigns frames->table[child].extent, frames->table[child + frames->table[child].extent].owner;
    ensures FRAMES_OK(frames);
    ensures frames->table[child].extent == \old(frames->table[child].extent) + 1;
    ensures FRAME_AFTER(frames, child, extent).owner == child;
*/
static void adopt(struct frames *frames, uint32_t child)
{
    uint32_t end = child + frames->table[child].extent;

    frames->table[end].owner = child;
    frames->table[child].extent++;
    //@ assert others: frames_others_kept{Pre,Here}(frames, child, end);
}

/* Makes an absent frame free for its owner. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires frame < frames->count && frames->table[frame].role == FRAME_ABSENT;
    requires frames->table[frame].owner != FRAME_NONE && frames->table[frame].epoch < UINT32_MAX;
    assigns frames->table[frame];
    ensures FRAMES_OK(frames);
    ensures frames->table[frame].role == FRAME_FREE && frames->table[frame].flags == FRAME_DIRTY;
    ensures frames->table[frame].owner == \old(frames->table[frame].owner);
    ensures frames->table[frame].epoch == \old(frames->table[frame].epoch);
*/
static void appear(struct frames *frames, uint32_t frame)
{
    frames->table[frame].flags = FRAME_DIRTY;
    frames->table[frame].role = FRAME_FREE;
    //@ assert others: frames_others_kept{Pre,Here}(frames, frame, frame);
}

void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent)
{
    become_head(frames, first, SG_TYPE_UNTYPED);
    /*@ loop invariant 1 <= i <= extent;
        loop invariant FRAMES_OK(frames);
        loop invariant FRAME_IS_UNTYPED(frames, first) && frames->table[first].extent == i;
        loop invariant frames->table[first].owner == FRAME_NONE;
        loop invariant done: \forall integer f; first < f < first + i ==>
          frames->table[f].role == FRAME_FREE && frames->table[f].owner == first &&
          FRAME_IS_DIRTY(frames, f);
        loop invariant to_do: \forall integer f; first + i <= f < first + extent ==>
          frames->table[f].role == FRAME_ABSENT && frames->table[f].owner == FRAME_NONE &&
          frames->table[f].epoch < UINT32_MAX;
        loop invariant frames_dead_stay_dead{Pre,Here}(frames);
        loop assigns i, frames->table[first .. first + extent - 1];
        loop variant extent - i;
    */
    for (uint32_t i = 1; i < extent; i++) {
        adopt(frames, first);
        appear(frames, first + i);
    }
}

enum sg_status frames_check(const struct frames *frames, uint32_t untyped, uint32_t offset,
                            uint32_t count)
{
    uint32_t extent = frames->table[untyped].extent;

    if (count == 0 || count > extent || offset > extent - count)
        return SG_BAD_ARGUMENT;
    /*@ loop invariant 0 <= i <= count;
        loop invariant frames_claimable(frames, untyped, untyped + offset, untyped + offset + i);
        loop assigns i;
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        const struct frame *frame = &frames->table[untyped + offset + i];

        if (frame->role != FRAME_FREE || frame->owner != untyped)
            return SG_NO_FRAMES;
    }
    return SG_OK;
}

uint32_t frames_next_dirty(const struct frames *frames, uint32_t first, uint32_t count)
{
    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer f; first <= f < first + i ==> !FRAME_IS_DIRTY(frames, f);
        loop assigns i;
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        if (FRAME_IS_DIRTY(frames, first + i))
            return first + i;
    }
    return first + count;
}

void frames_set_clean(struct frames *frames, uint32_t frame)
{
    frames->table[frame].flags = FRAME_IS_DYING(frames, frame) ? FRAME_DYING : 0;
}

void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint32_t count,
                  uint8_t type)
{
    uint32_t head = untyped + offset;

    become_head(frames, head, type);
    /*@ loop invariant 1 <= i <= count;
        loop invariant FRAMES_OK(frames);
        loop invariant FRAME_IS_UNTYPED(frames, untyped);
        loop invariant frames->table[head].role == FRAME_HEAD;
        loop invariant frames->table[head].type == type && frames->table[head].count == i;
        loop invariant type == SG_TYPE_UNTYPED ==> frames->table[head].extent == 1;
        loop invariant done: \forall integer f; head <= f < head + i ==>
          frames->table[f].owner == untyped && frames->table[f].head == head;
        loop invariant frames_claimable(frames, untyped, head + i, head + count);
        loop invariant frames_dead_stay_dead{Pre,Here}(frames);
        loop invariant frames_only_changed{Pre,Here}(frames, head, head + count);
        loop assigns i, frames->table[head .. head + count - 1];
        loop variant count - i;
    */
    for (uint32_t i = 1; i < count; i++)
        grow(frames, head);
    charge(frames, untyped, count);
}

uint32_t frames_grant(struct frames *frames, uint32_t child, uint32_t count)
{
    uint32_t owner = frames->table[child].owner;
    uint32_t owner_end = owner + frames->table[owner].extent;
    uint32_t end = child + frames->table[child].extent;
    uint32_t moved = 0;

    /*@ loop invariant 0 <= moved <= count;
        loop invariant FRAMES_OK(frames);
        loop invariant FRAME_IS_UNTYPED(frames, child) && FRAME_IS_UNTYPED(frames, owner);
        loop invariant end == child + frames->table[child].extent && end <= frames->count;
        loop invariant frames->table[child].extent == \at(frames->table[child].extent, Pre) + moved;
        loop invariant frames->table[child].owner == owner;
        loop invariant owner_end == owner + frames->table[owner].extent;
        loop invariant done: \forall integer f; end - moved <= f < end ==>
          frames->table[f].role == FRAME_FREE && frames->table[f].owner == child &&
          \at(frames->table[f].owner, Pre) == owner;
        loop invariant others: \forall integer f; 0 <= f < frames->count &&
          !(end - moved <= f < end) ==>
            frames->table[f].owner == \at(frames->table[f].owner, Pre);
        loop assigns moved, end, frames->table[0 .. frames->count - 1].owner,
                     frames->table[child].extent;
        loop variant count - moved;
    */
    while (moved < count && end < owner_end && frames->table[end].role == FRAME_FREE &&
           frames->table[end].owner == owner) {
        adopt(frames, child);
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
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, head);
}

uint32_t frames_release_body(struct frames *frames, uint32_t head)
{
    uint32_t body = head + frames->table[head].count - 1;

    frames->table[head].count--;
    become_free(&frames->table[body], FRAME_DIRTY);
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, body);
    refund(frames, frames->table[head].owner);
    return body;
}

void frames_release_head(struct frames *frames, uint32_t head)
{
    uint32_t owner = frames->table[head].owner;
    bool is_retired = owner == FRAME_NONE || frames->table[head].epoch == UINT32_MAX;

    //@ assert unnamed: frames_unnamed(frames, head);
    become_free(&frames->table[head], FRAME_IS_DIRTY(frames, head) ? FRAME_DIRTY : 0);
    if (is_retired)
        frames->table[head].role = FRAME_ABSENT;
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, head);
    if (!is_retired)
        refund(frames, owner);
}

/*@ requires \valid(untyped) && untyped->extent > 1;
    assigns untyped->extent, untyped->used;
    ensures untyped->extent == \old(untyped->extent) - 1;
    ensures untyped->used == \min(\old(untyped->used), untyped->extent);
*/
static void shorten(struct frame *untyped)
{
    untyped->extent--;
    if (untyped->used > untyped->extent)
        untyped->used = untyped->extent;
}

/*@ requires \valid(frame);
    assigns frame->owner, frame->role;
    ensures frame->owner == owner;
    ensures frame->role == (owner == FRAME_NONE ? FRAME_ABSENT : \old(frame->role));
*/
static void return_to(struct frame *frame, uint32_t owner)
{
    frame->owner = owner;
    if (owner == FRAME_NONE)
        frame->role = FRAME_ABSENT;
}

/* Takes the last frame out of an untyped's range. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires child < frames->count && FRAME_IS_UNTYPED(frames, child);
    requires frames->table[child].extent > 1;
    requires FRAME_AFTER(frames, child, extent).owner == child;
    requires FRAME_AFTER(frames, child, extent).role == FRAME_FREE ||
             FRAME_AFTER(frames, child, extent).role == FRAME_ABSENT;
    assigns frames->table[child].extent, frames->table[child].used,
            FRAME_AFTER(frames, child, extent).owner, FRAME_AFTER(frames, child, extent).role;
    ensures FRAMES_OK(frames);
    ensures frames->table[child].extent == \old(frames->table[child].extent) - 1;
    ensures frames->table[child + frames->table[child].extent].owner ==
            frames->table[child].owner;
    ensures frames->table[child + frames->table[child].extent].role ==
      (frames->table[child].owner == FRAME_NONE ? FRAME_ABSENT
       : \old(FRAME_AFTER(frames, child, extent).role));
*/
static void shrink(struct frames *frames, uint32_t child)
{
    uint32_t last = child + frames->table[child].extent - 1;

    /*@ assert inside: \forall integer u; 0 <= u < frames->count && FRAME_IS_UNTYPED(frames, u) &&
          frames->table[u].owner == child ==> u + frames->table[u].extent <= last;
    */
    /*@ assert around: \forall integer u; 0 <= u < last && FRAME_IS_UNTYPED(frames, u) &&
          u != child && last < u + frames->table[u].extent ==> u <= frames->table[child].owner;
    */
    //@ assert unnamed: frames_unnamed(frames, last);
    shorten(&frames->table[child]);
    return_to(&frames->table[last], frames->table[child].owner);
    //@ assert others: frames_others_kept{Pre,Here}(frames, child, last);
    /*@ assert owners: \forall integer u; 0 <= u < frames->count && FRAME_IS_UNTYPED(frames, u) &&
          frames->table[u].owner != FRAME_NONE && u != child ==>
            u != last && frames->table[u].owner != last && frames->table[u].owner < u &&
            u + frames->table[u].extent <= frames->table[u].owner +
              frames->table[frames->table[u].owner].extent;
    */
}

void frames_ungrant(struct frames *frames, uint32_t child)
{
    uint32_t owner = frames->table[child].owner;
    uint8_t role = frames->table[child + frames->table[child].extent - 1].role;

    if (role != FRAME_FREE)
        refund(frames, child);
    else if (owner != FRAME_NONE)
        refund(frames, owner);
    shrink(frames, child);
}
