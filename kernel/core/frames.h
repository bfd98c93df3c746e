/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame table: one descriptor a physical page, and the whole truth about memory. Every frame is
   in exactly one role. A head's bodies are the count - 1 frames right after it, and name it. */
#pragma once

#include "abi/object.h"
#include "core/base.h"

enum frame_role {
    FRAME_ABSENT = 0, /* not memory, the kernel's own, or retired with its epochs used up */
    FRAME_FREE = 1,   /* may be claimed from the untyped `owner` */
    FRAME_HEAD = 2,   /* first frame of an object */
    FRAME_BODY = 3,   /* another frame of the object `head` */
};

enum frame_flag {
    FRAME_DIRTY = 1 << 0, /* not scrubbed since its last use */
    FRAME_DYING = 1 << 1, /* head of an object being destroyed */
};

struct frame {
    uint32_t epoch;  /* of the object whose head this is; bumped by its destruction */
    uint32_t owner;  /* head of the untyped this frame was or is to be claimed from */
    uint32_t head;   /* body: its object; head: itself */
    uint32_t count;  /* head: frames of the object */
    uint32_t extent; /* head of an untyped: frames of its range, this one included */
    uint32_t used;   /* head of an untyped: frames of its range that are not free, this one included */
    uint8_t role;    /* enum frame_role */
    uint8_t type;    /* head: enum sg_type */
    uint8_t flags;   /* enum frame_flag */
    uint8_t reserved;
    uint32_t entries; /* page table: entries present */
};

_Static_assert(sizeof(struct frame) == 32, "two descriptors a cache line");

struct frames {
    struct frame *table;
    uint32_t count;
};

#include "core/frames_invariant.h"

/* Writes the whole table: [first, first + extent) is a root untyped whose other frames are free and
   dirty, the rest is absent. */
/*@ requires \valid(frames) && frames_memory_ok(frames);
    requires 1 <= first && 1 <= extent && first + extent <= frames->count;
    assigns frames->table[0 .. frames->count - 1];
    ensures FRAMES_OK(frames);
    ensures FRAME_IS_UNTYPED(frames, first) && frames->table[first].extent == extent;
    ensures frames_untouched(frames, first, first + 1, first + extent);
    ensures frames_unused(frames, FRAME_NONE, 0, first);
    ensures frames_unused(frames, FRAME_NONE, first + extent, frames->count);
*/
void frames_init(struct frames *frames, uint32_t first, uint32_t extent);

/* Makes [first, first + extent) another root untyped whose other frames are free and dirty. All must be
   ABSENT with epoch below the last. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires 1 <= first && 1 <= extent && first + extent <= frames->count;
    requires frames_unused(frames, FRAME_NONE, first, first + extent);
    assigns frames->table[first .. first + extent - 1];
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures FRAME_IS_UNTYPED(frames, first) && frames->table[first].extent == extent;
    ensures frames_untouched(frames, first, first + 1, first + extent);
*/
void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent);

/* Whether [untyped + offset, + count) lies in the untyped's range and is free: SG_OK, SG_NO_FRAMES,
   or SG_BAD_ARGUMENT for an empty or out-of-range request. */
/*@ requires \valid_read(frames) && frames_memory_ok(frames) && frames_untypeds_ok(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    assigns \nothing;
    behavior outside:
      assumes count == 0 || offset + count > frames->table[untyped].extent;
      ensures \result == SG_BAD_ARGUMENT;
    behavior free:
      assumes count != 0 && offset + count <= frames->table[untyped].extent;
      assumes frames_claimable(frames, untyped, untyped + offset, untyped + offset + count);
      ensures \result == SG_OK;
    behavior taken:
      assumes count != 0 && offset + count <= frames->table[untyped].extent;
      assumes !frames_claimable(frames, untyped, untyped + offset, untyped + offset + count);
      ensures \result == SG_NO_FRAMES;
    complete behaviors;
    disjoint behaviors;
*/
MUST_USE enum sg_status frames_check(const struct frames *frames, uint32_t untyped,
                                     uint32_t offset, uint32_t count);

/* The first dirty frame of [first, first + count), or first + count. */
/*@ requires \valid_read(frames) && frames_memory_ok(frames) && first + count <= frames->count;
    assigns \nothing;
    ensures first <= \result <= first + count;
    ensures clean: \forall integer f; first <= f < \result ==> !FRAME_IS_DIRTY(frames, f);
    ensures dirty: \result < first + count ==> FRAME_IS_DIRTY(frames, \result);
*/
MUST_USE uint32_t frames_next_dirty(const struct frames *frames, uint32_t first, uint32_t count);

/* Says that a free frame, or one of an object, has been scrubbed. */
/*@ requires \valid(frames) && FRAMES_OK(frames) && frame < frames->count;
    assigns frames->table[frame].flags;
    ensures FRAMES_OK(frames);
    ensures !FRAME_IS_DIRTY(frames, frame);
    ensures FRAME_IS_DYING(frames, frame) <==> \old(FRAME_IS_DYING(frames, frame));
*/
static inline void frames_set_clean(struct frames *frames, uint32_t frame)
{
    frames->table[frame].flags = FRAME_IS_DYING(frames, frame) ? FRAME_DYING : 0;
}

/* Makes a checked, clean frame an object of a type (an untyped: of extent 1), or of SG_TYPE_NONE until it is whole. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    requires offset < frames->table[untyped].extent;
    requires frames_claimable(frames, untyped, untyped + offset, untyped + offset + 1);
    requires clean: !FRAME_IS_DIRTY(frames, untyped + offset);
    assigns frames->table[untyped + offset], frames->table[untyped].used;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[untyped + offset].role == FRAME_HEAD;
    ensures frames->table[untyped + offset].type == type;
    ensures frames->table[untyped + offset].count == 1;
    ensures type == SG_TYPE_UNTYPED ==> frames->table[untyped + offset].extent == 1;
    ensures frames_held(frames, untyped, untyped + offset, untyped + offset + 1);
    ensures frames_only_changed{Pre,Post}(frames, untyped + offset, untyped + offset + 1);
*/
void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint8_t type);

/* Makes the checked, clean frames right after an object of the same untyped bodies of it. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires frames->table[head].type != SG_TYPE_UNTYPED;
    requires head + frames->table[head].count + count <= frames->count;
    requires frames_claimable(frames, frames->table[head].owner, head + frames->table[head].count,
                              head + frames->table[head].count + count);
    requires clean: \forall integer f;
      head + frames->table[head].count <= f < head + frames->table[head].count + count ==>
      !FRAME_IS_DIRTY(frames, f);
    assigns frames->table[head .. head + frames->table[head].count + count - 1],
            frames->table[frames->table[head].owner].used;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[head].count == \old(frames->table[head].count) + count;
    ensures frames->table[head].role == FRAME_HEAD;
    ensures frames->table[head].type == \old(frames->table[head].type);
    ensures frames->table[head].owner == \old(frames->table[head].owner);
    ensures frames_only_changed{Pre,Post}(frames, head, head + frames->table[head].count);
*/
void frames_extend(struct frames *frames, uint32_t head, uint32_t count);

/* Says what an object claimed as SG_TYPE_NONE is. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires frames->table[head].type != SG_TYPE_UNTYPED && type != SG_TYPE_UNTYPED;
    assigns frames->table[head].type;
    ensures FRAMES_OK(frames);
    ensures frames->table[head].type == type;
*/
static inline void frames_set_type(struct frames *frames, uint32_t head, uint8_t type)
{
    frames->table[head].type = type;
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, head);
}

/* Moves up to count (at most SG_GRANT_MAX) free frames right after the child's end from its owner to
   it; returns how many: stops at the first that is not free or past the owner's range. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires child < frames->count && FRAME_IS_UNTYPED(frames, child);
    requires frames->table[child].owner != FRAME_NONE;
    assigns frames->table[0 .. frames->count - 1].owner, frames->table[child].extent,
            frames->table[frames->table[child].owner].used;
    ensures FRAMES_OK(frames);
    ensures \result <= count;
    ensures frames->table[child].extent == \old(frames->table[child].extent) + \result;
    ensures were: frames_claimable{Pre}(frames, frames->table[child].owner,
      \old(FRAME_END(frames, child)), FRAME_END(frames, child));
    ensures moved: frames_claimable(frames, child,
      \old(FRAME_END(frames, child)), FRAME_END(frames, child));
    ensures others: frames_owners_kept{Pre,Post}(frames,
      \old(FRAME_END(frames, child)), FRAME_END(frames, child));
*/
MUST_USE uint32_t frames_grant(struct frames *frames, uint32_t child, uint32_t count);

/* Starts the destruction of an object: every capability to it is dead from here on. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires !FRAME_IS_DYING(frames, head);
    assigns frames->table[head].epoch, frames->table[head].flags;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures dead: frames->table[head].epoch == \old(frames->table[head].epoch) + 1;
    ensures FRAME_IS_DYING(frames, head);
*/
static inline void frames_kill(struct frames *frames, uint32_t head)
{
    frames->table[head].epoch++;
    frames->table[head].flags = FRAME_DYING | FRAME_DIRTY;
    //@ assert others: frames_others_kept{Pre,Here}(frames, head, head);
}

/* Frees the last body of a dying object with more than one frame: it becomes dirty. Returns it. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires FRAME_IS_DYING(frames, head) && frames->table[head].count > 1;
    assigns frames->table[head].count, frames->table[head + frames->table[head].count - 1],
            frames->table[frames->table[head].owner].used;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures \result == head + frames->table[head].count;
    ensures frames->table[head].count == \old(frames->table[head].count) - 1;
    ensures frames->table[\result].role == FRAME_FREE && FRAME_IS_DIRTY(frames, \result);
    ensures frames->table[\result].owner == frames->table[head].owner;
*/
uint32_t frames_release_body(struct frames *frames, uint32_t head);

/* Frees the head of a dying object of one frame (untyped: extent 1), clean if it was scrubbed since the
   object died. A root, or a head whose epochs are used up, becomes ABSENT instead. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires head < frames->count && frames->table[head].role == FRAME_HEAD;
    requires FRAME_IS_DYING(frames, head) && frames->table[head].count == 1;
    requires frames->table[head].type == SG_TYPE_UNTYPED ==> frames->table[head].extent == 1;
    assigns frames->table[head], frames->table[frames->table[head].owner].used;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[head].owner == \old(frames->table[head].owner);
    ensures frames_only_changed{Pre,Post}(frames, head, head + 1);
    ensures freed: frames->table[head].role ==
      (\old(frames->table[head].owner) == FRAME_NONE ||
       \old(frames->table[head].epoch) == UINT32_MAX ? FRAME_ABSENT : FRAME_FREE);
    ensures dirt: FRAME_IS_DIRTY(frames, head) <==> \old(FRAME_IS_DIRTY(frames, head));
*/
void frames_release_head(struct frames *frames, uint32_t head);

/* Shrinks an untyped by its last frame, which must be free or retired (ABSENT), back to its owner; a
   root's frame becomes ABSENT. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires child < frames->count && FRAME_IS_UNTYPED(frames, child);
    requires frames->table[child].extent > 1;
    requires FRAME_AFTER(frames, child, extent).owner == child;
    requires FRAME_AFTER(frames, child, extent).role == FRAME_FREE ||
             FRAME_AFTER(frames, child, extent).role == FRAME_ABSENT;
    assigns frames->table[child].extent, frames->table[child].used,
            FRAME_AFTER(frames, child, extent).owner, FRAME_AFTER(frames, child, extent).role,
            frames->table[frames->table[child].owner].used;
    ensures FRAMES_OK(frames);
    ensures frames->table[child].extent == \old(frames->table[child].extent) - 1;
    ensures back: frames->table[child + frames->table[child].extent].owner ==
                  frames->table[child].owner;
    ensures role: frames->table[child + frames->table[child].extent].role ==
      (frames->table[child].owner == FRAME_NONE ? FRAME_ABSENT
       : \old(FRAME_AFTER(frames, child, extent).role));
*/
void frames_ungrant(struct frames *frames, uint32_t child);

/* Whether an object of this epoch still lives. */
/*@ requires \valid_read(frames) && frames_memory_ok(frames) && object < frames->count;
    assigns \nothing;
    ensures \result <==> frames->table[object].epoch == epoch;
*/
static inline bool frames_is_live(const struct frames *frames, uint32_t object, uint32_t epoch)
{
    return frames->table[object].epoch == epoch;
}
