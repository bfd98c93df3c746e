/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/frames.h"

/* Three floors, so that the provers see little at a time: functions on a struct frame write fields;
   those on the table make one of the changes of frames_invariant.h; the public ones keep the
   invariant. */

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

/*@ requires \valid(frame);
    assigns *frame;
    ensures frame->owner == \old(frame->owner) && frame->epoch == \old(frame->epoch);
    ensures frame->role == role && frame->flags == flags;
*/
static void set_idle(struct frame *frame, uint8_t role, uint8_t flags)
{
    frame->head = FRAME_NONE;
    frame->count = 0;
    frame->extent = 0;
    frame->used = 0;
    frame->role = role;
    frame->type = SG_TYPE_NONE;
    frame->flags = flags;
    frame->reserved = 0;
    frame->entries = 0;
}

/* Makes an idle frame an object of its own; it is not scrubbed from here on. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && 1 <= head < frames->count;
    requires FRAME_IS_IDLE(frames, head) && frames->table[head].epoch < UINT32_MAX;
    requires frames->table[head].owner == FRAME_NONE ==>
      type == SG_TYPE_UNTYPED && frames->table[head].role == FRAME_ABSENT;
    assigns frames->table[head];
    ensures frames_made{Pre,Post}(frames, head, head);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[head].type == type;
*/
static void make(struct frames *frames, uint32_t head, uint8_t type)
{
    set_head(&frames->table[head], head, type);
}

/* Makes an object of one frame idle. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && 1 <= head < frames->count;
    requires frames->table[head].role == FRAME_HEAD && frames->table[head].head == head;
    requires frames->table[head].count == 1 && FRAME_IS_DYING(frames, head);
    requires frames->table[head].type == SG_TYPE_UNTYPED ?
      frames->table[head].extent == 1 && frames->table[head].used == 1 :
      frames->table[head].owner != FRAME_NONE;
    requires role == FRAME_ABSENT || (role == FRAME_FREE &&
      frames->table[head].owner != FRAME_NONE && frames->table[head].epoch < UINT32_MAX);
    assigns frames->table[head];
    ensures frames_made{Post,Pre}(frames, head, head);
    ensures frames->table[head].role == role;
    ensures FRAME_IS_DIRTY(frames, head) <==> \old(FRAME_IS_DIRTY(frames, head));
*/
static void unmake(struct frames *frames, uint32_t head, uint8_t role)
{
    struct frame *frame = &frames->table[head];

    set_idle(frame, role, frame->flags % 2 != 0 ? FRAME_DIRTY : 0);
}

/* Makes the frame after an object, free and of the same owner, a body of it. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && head < body < frames->count;
    requires frames->table[head].role == FRAME_HEAD;
    requires frames->table[head].type != SG_TYPE_UNTYPED;
    requires head + frames->table[head].count == body;
    requires frames->table[body].role == FRAME_FREE;
    requires frames->table[body].owner == frames->table[head].owner;
    assigns frames->table[head].count, frames->table[body];
    ensures frames_lengthened{Pre,Post}(frames, head, body);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
*/
static void append(struct frames *frames, uint32_t head, uint32_t body)
{
    set_body(&frames->table[body], head);
    frames->table[head].count++;
}

/* Leaves the last body of an object to its owner, dirty. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && head < body < frames->count;
    requires frames->table[head].role == FRAME_HEAD;
    requires frames->table[head].type != SG_TYPE_UNTYPED;
    requires head + frames->table[head].count == body + 1;
    requires frames->table[body].role == FRAME_BODY && frames->table[body].head == head;
    requires frames->table[body].owner == frames->table[head].owner;
    assigns frames->table[head].count, frames->table[body];
    ensures frames_lengthened{Post,Pre}(frames, head, body);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures FRAME_IS_DIRTY(frames, body);
*/
static void detach(struct frames *frames, uint32_t head, uint32_t body)
{
    set_idle(&frames->table[body], FRAME_FREE, FRAME_DIRTY);
    frames->table[head].count--;
}

/* Moves the frame after an untyped to it: a free one of its owner, or to a root an absent one. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && child < end < frames->count;
    requires FRAME_IS_UNTYPED(frames, child) && child + frames->table[child].extent == end;
    requires 1 <= frames->table[child].used <= frames->table[child].extent;
    requires frames->table[child].owner < child;
    requires frames->table[child].owner != FRAME_NONE ==>
      end < frames->table[child].owner + frames->table[frames->table[child].owner].extent;
    requires frames->table[end].role ==
             (frames->table[child].owner == FRAME_NONE ? FRAME_ABSENT : FRAME_FREE);
    requires frames->table[end].owner == frames->table[child].owner;
    requires frames->table[end].epoch < UINT32_MAX;
    assigns frames->table[child].extent, frames->table[end].owner;
    ensures frames_extended{Pre,Post}(frames, child, end);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[end].role == \old(frames->table[end].role);
*/
static void adopt(struct frames *frames, uint32_t child, uint32_t end)
{
    frames->table[end].owner = child;
    frames->table[child].extent++;
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

/* Gives the last frame of an untyped's range back to its owner; a root's becomes absent. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && child < last < frames->count;
    requires FRAME_IS_UNTYPED(frames, child) && child + frames->table[child].extent == last + 1;
    requires 1 <= frames->table[child].used <= frames->table[child].extent;
    requires frames->table[child].owner < child;
    requires frames->table[child].owner != FRAME_NONE ==>
      last < frames->table[child].owner + frames->table[frames->table[child].owner].extent;
    requires frames->table[last].owner == child && FRAME_IS_IDLE(frames, last);
    requires frames->table[last].role == FRAME_FREE ==> frames->table[last].epoch < UINT32_MAX;
    assigns frames->table[child].extent, frames->table[child].used,
            frames->table[last].owner, frames->table[last].role;
    ensures frames_extended{Post,Pre}(frames, child, last);
    ensures frames->table[last].role ==
      (frames->table[child].owner == FRAME_NONE ? FRAME_ABSENT : \old(frames->table[last].role));
*/
static void shed(struct frames *frames, uint32_t child, uint32_t last)
{
    shorten(&frames->table[child]);
    return_to(&frames->table[last], frames->table[child].owner);
}

/* Counts frames of an untyped's range as used. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    assigns frames->table[untyped].used;
    ensures FRAMES_OK(frames);
    ensures frames_counted{Pre,Post}(frames, untyped);
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
    ensures frames_counted{Pre,Post}(frames, untyped);
    ensures frames->table[untyped].used == \max(\old(frames->table[untyped].used) - 1, 1);
*/
static void refund(struct frames *frames, uint32_t untyped)
{
    struct frame *frame = &frames->table[untyped];

    if (frame->used > 1)
        frame->used--;
}

/* Makes an absent frame free for its owner. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires frame < frames->count && frames->table[frame].role == FRAME_ABSENT;
    requires frames->table[frame].owner != FRAME_NONE && frames->table[frame].epoch < UINT32_MAX;
    assigns frames->table[frame];
    ensures FRAMES_OK(frames);
    ensures frames_others_kept{Pre,Post}(frames, frame, frame);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[frame].role == FRAME_FREE && FRAME_IS_DIRTY(frames, frame);
    ensures frames->table[frame].owner == \old(frames->table[frame].owner);
    ensures frames->table[frame].epoch == \old(frames->table[frame].epoch);
*/
static void appear(struct frames *frames, uint32_t frame)
{
    frames->table[frame].flags = FRAME_DIRTY;
    frames->table[frame].role = FRAME_FREE;
    //@ assert others: frames_others_kept{Pre,Here}(frames, frame, frame);
}

/* Writes frames that were never used. */
/*@ requires \valid(frames) && frames_memory_ok(frames) && first <= end <= frames->count;
    assigns frames->table[first .. end - 1];
    ensures \forall integer f; first <= f < end ==>
      frames->table[f].role == role && frames->table[f].owner == owner &&
      frames->table[f].epoch == 0 && FRAME_IS_DIRTY(frames, f);
*/
static ALWAYS_INLINE void fill(struct frames *frames, uint32_t first, uint32_t end, uint32_t owner,
                               uint8_t role)
{
    struct frame *table = frames->table;

    /*@ loop invariant first <= f <= end;
        loop invariant \forall integer g; first <= g < f ==>
          frames->table[g].role == role && frames->table[g].owner == owner &&
          frames->table[g].epoch == 0 && FRAME_IS_DIRTY(frames, g);
        loop assigns f, table[first .. end - 1];
        loop variant end - f;
    */
    UNROLLED(4)
    for (uint32_t f = first; f < end; f++) {
        table[f].epoch = 0;
        table[f].owner = owner;
        set_idle(&table[f], role, FRAME_DIRTY);
    }
}

void frames_init(struct frames *frames, uint32_t first, uint32_t extent)
{
    fill(frames, 0, first + 1, FRAME_NONE, FRAME_ABSENT);
    fill(frames, first + extent, frames->count, FRAME_NONE, FRAME_ABSENT);
    //@ assert low: frames_unused(frames, FRAME_NONE, 0, first);
    set_head(&frames->table[first], first, SG_TYPE_UNTYPED);
    frames->table[first].extent = extent;
    //@ assert below: frames_unused(frames, FRAME_NONE, 0, first);
    //@ assert above: frames_unused(frames, FRAME_NONE, first + extent, frames->count);
    fill(frames, first + 1, first + extent, first, FRAME_FREE);
    /*@ assert roles: \forall integer f; 0 <= f < frames->count && f != first ==>
          frames->table[f].role == FRAME_ABSENT || frames->table[f].role == FRAME_FREE;
    */
    //@ assert epochs: \forall integer f; 0 <= f < frames->count ==> frames->table[f].epoch == 0;
    //@ assert head: frames->table[first].head == first && frames->table[first].count == 1;
    //@ assert root: frames->table[first].owner == FRAME_NONE;
    /*@ assert owners: \forall integer f; 0 <= f < frames->count ==>
          frames->table[f].owner == FRAME_NONE ||
          (frames->table[f].owner == first && first < f < first + extent);
    */
}

void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent)
{
    make(frames, first, SG_TYPE_UNTYPED);
    /*@ loop invariant 1 <= i <= extent;
        loop invariant FRAMES_OK(frames);
        loop invariant FRAME_IS_UNTYPED(frames, first) && frames->table[first].extent == i;
        loop invariant frames->table[first].owner == FRAME_NONE;
        loop invariant frames_untouched(frames, first, first + 1, first + i);
        loop invariant frames_unused(frames, FRAME_NONE, first + i, first + extent);
        loop invariant frames_dead_stay_dead{Pre,Here}(frames);
        loop assigns i, frames->table[first .. first + extent - 1];
        loop variant extent - i;
    */
    for (uint32_t i = 1; i < extent; i++) {
        adopt(frames, first, first + i);
        //@ assert frames_untouched(frames, first, first + 1, first + i);
        //@ assert frames_dead_stay_dead{Pre,Here}(frames);
        appear(frames, first + i);
        //@ assert frames_untouched(frames, first, first + 1, first + i);
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
    for (uint32_t i = 0; i < count; i++)
        if (FRAME_IS_DIRTY(frames, first + i))
            return first + i;
    return first + count;
}

void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint8_t type)
{
    make(frames, untyped + offset, type);
    charge(frames, untyped, 1);
}

void frames_extend(struct frames *frames, uint32_t head, uint32_t count)
{
    uint32_t end = head + frames->table[head].count;

    //@ assert after: head < end;
    /*@ loop invariant 0 <= i <= count;
        loop invariant FRAMES_OK(frames);
        loop invariant frames->table[head].role == FRAME_HEAD;
        loop invariant frames->table[head].type == \at(frames->table[head].type, Pre);
        loop invariant frames->table[head].owner == \at(frames->table[head].owner, Pre);
        loop invariant frames->table[head].type != SG_TYPE_UNTYPED;
        loop invariant head + frames->table[head].count == end + i;
        loop invariant frames_claimable(frames, frames->table[head].owner, end + i, end + count);
        loop invariant frames_dead_stay_dead{Pre,Here}(frames);
        loop invariant frames_only_changed{Pre,Here}(frames, head, end + count);
        loop assigns i, frames->table[head .. end + count - 1];
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++)
        append(frames, head, end + i);
    charge(frames, frames->table[head].owner, count);
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
        loop invariant frames_claimable{Pre}(frames, owner, \at(FRAME_END(frames, child), Pre), end);
        loop invariant frames_claimable(frames, child, \at(FRAME_END(frames, child), Pre), end);
        loop invariant frames_owners_kept{Pre,Here}(frames, \at(FRAME_END(frames, child), Pre), end);
        loop assigns moved, end, frames->table[0 .. \at(frames->count, Pre) - 1].owner,
                     frames->table[child].extent;
        loop variant count - moved;
    */
    while (moved < count && end < owner_end && frames->table[end].role == FRAME_FREE &&
           frames->table[end].owner == owner) {
        adopt(frames, child, end);
        /*@ assert kept: frames_claimable(frames, child, \at(FRAME_END(frames, child), Pre), end);
        */
        /*@ assert others: frames_owners_kept{Pre,Here}(frames,
              \at(FRAME_END(frames, child), Pre), end + 1);
        */
        end++;
        moved++;
    }
    charge(frames, owner, moved);
    /*@ assert others: frames_owners_kept{Pre,Here}(frames,
          \at(FRAME_END(frames, child), Pre), end);
    */
    return moved;
}

uint32_t frames_release_body(struct frames *frames, uint32_t head)
{
    uint32_t body = head + frames->table[head].count - 1;

    detach(frames, head, body);
    refund(frames, frames->table[head].owner);
    return body;
}

void frames_release_head(struct frames *frames, uint32_t head)
{
    uint32_t owner = frames->table[head].owner;
    bool is_retired = owner == FRAME_NONE || frames->table[head].epoch == UINT32_MAX;

    unmake(frames, head, is_retired ? FRAME_ABSENT : FRAME_FREE);
    if (!is_retired)
        refund(frames, owner);
}

void frames_ungrant(struct frames *frames, uint32_t child)
{
    uint32_t last = child + frames->table[child].extent - 1;
    uint32_t owner = frames->table[child].owner;

    if (frames->table[last].role != FRAME_FREE)
        refund(frames, child);
    else if (owner != FRAME_NONE)
        refund(frames, owner);
    shed(frames, child, last);
}
