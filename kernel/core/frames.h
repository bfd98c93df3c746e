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

/* Macros where a memory read must stay in sight of the provers' quantifiers; flags are tested by
   division, which they understand and the compiler makes a bit test of. */
#define FRAME_IS_UNTYPED(frames, f)                                                                \
    ((frames)->table[f].role == FRAME_HEAD && (frames)->table[f].type == SG_TYPE_UNTYPED)
#define FRAME_AFTER(frames, f, size) ((frames)->table[(f) + (frames)->table[f].size - 1])
#define FRAME_IS_DYING(frames, f) ((frames)->table[f].flags / FRAME_DYING % 2 != 0)
#define FRAME_IS_DIRTY(frames, f) ((frames)->table[f].flags % 2 != 0)
#define FRAME_SAME(frames, f, A, B)                                                                \
    (\at((frames)->table[f].owner, A) == \at((frames)->table[f].owner, B) &&                       \
     \at((frames)->table[f].head, A) == \at((frames)->table[f].head, B) &&                         \
     \at((frames)->table[f].count, A) == \at((frames)->table[f].count, B) &&                       \
     \at((frames)->table[f].extent, A) == \at((frames)->table[f].extent, B) &&                     \
     \at((frames)->table[f].role, A) == \at((frames)->table[f].role, B) &&                         \
     \at((frames)->table[f].type, A) == \at((frames)->table[f].type, B) &&                         \
     \at((frames)->table[f].flags, A) == \at((frames)->table[f].flags, B))

/*@ predicate frames_memory_ok(struct frames *frames) =
      \valid(frames->table + (0 .. frames->count - 1)) &&
      \separated(frames, frames->table + (0 .. frames->count - 1));

    // A head is the first frame of its object; only a root untyped has no owner.
    predicate frames_heads_ok(struct frames *frames) =
      \forall integer h; 0 <= h < frames->count && frames->table[h].role == FRAME_HEAD ==>
        1 <= h && frames->table[h].head == h && 1 <= frames->table[h].count &&
        h + frames->table[h].count <= frames->count &&
        (frames->table[h].owner == FRAME_NONE ==> frames->table[h].type == SG_TYPE_UNTYPED);

    predicate frames_untypeds_ok(struct frames *frames) =
      \forall integer u; 0 <= u < frames->count && FRAME_IS_UNTYPED(frames, u) ==>
        frames->table[u].count == 1 && u + frames->table[u].extent <= frames->count &&
        1 <= frames->table[u].used <= frames->table[u].extent;

    // What has an owner lies in the range of that untyped.
    predicate frames_owners_ok(struct frames *frames) =
      \forall integer f; 0 <= f < frames->count && frames->table[f].owner != FRAME_NONE ==>
        frames->table[f].owner < f && FRAME_IS_UNTYPED(frames, frames->table[f].owner) &&
        f < frames->table[f].owner + frames->table[frames->table[f].owner].extent;

    // An untyped with an owner lies in its owner's range with all of its own.
    predicate frames_nested_ok(struct frames *frames) =
      \forall integer u; 0 <= u < frames->count && FRAME_IS_UNTYPED(frames, u) &&
        frames->table[u].owner != FRAME_NONE ==>
          u + frames->table[u].extent <=
          frames->table[u].owner + frames->table[frames->table[u].owner].extent;

    // What lies in an untyped's range belongs to it or to an untyped nested in it.
    predicate frames_ranges_ok(struct frames *frames) =
      \forall integer u, f; 0 <= u < f < frames->count && FRAME_IS_UNTYPED(frames, u) &&
        f < u + frames->table[u].extent ==> u <= frames->table[f].owner;

    predicate frames_free_ok(struct frames *frames) =
      \forall integer f; 0 <= f < frames->count && frames->table[f].role == FRAME_FREE ==>
        frames->table[f].owner != FRAME_NONE;

    // A body names the head whose range it is in and has its owner.
    predicate frames_bodies_ok(struct frames *frames) =
      \forall integer f; 0 <= f < frames->count && frames->table[f].role == FRAME_BODY ==>
        frames->table[f].head < f && frames->table[frames->table[f].head].role == FRAME_HEAD &&
        f < frames->table[f].head + frames->table[frames->table[f].head].count &&
        frames->table[f].owner == frames->table[frames->table[f].head].owner;

    // And the frames after a head are its bodies.
    predicate frames_objects_ok(struct frames *frames) =
      \forall integer h, f; 0 <= h < f < frames->count && frames->table[h].role == FRAME_HEAD &&
        f < h + frames->table[h].count ==>
          frames->table[f].role == FRAME_BODY && frames->table[f].head == h;

    // Whoever is not dying may die once more.
    predicate frames_epochs_ok(struct frames *frames) =
      \forall integer f; 0 <= f < frames->count && frames->table[f].role != FRAME_ABSENT &&
        !(frames->table[f].role == FRAME_HEAD && FRAME_IS_DYING(frames, f)) ==>
          frames->table[f].epoch < UINT32_MAX;

    // No epoch ever goes back, so a capability that is dead stays dead.
    predicate frames_dead_stay_dead{A,B}(struct frames *frames) =
      \forall integer f; 0 <= f < \at(frames->count, A) ==>
        \at(frames->table[f].epoch, A) <= \at(frames->table[f].epoch, B);

    predicate frames_only_changed{A,B}(struct frames *frames, integer first, integer end) =
      \forall integer f; 0 <= f < \at(frames->count, A) && !(first <= f < end) ==>
        FRAME_SAME(frames, f, A, B);

    predicate frames_others_kept{A,B}(struct frames *frames, integer one, integer other) =
      \forall integer f; 0 <= f < \at(frames->count, A) && f != one && f != other ==>
        FRAME_SAME(frames, f, A, B) &&
        \at(frames->table[f].epoch, A) == \at(frames->table[f].epoch, B) &&
        \at(frames->table[f].used, A) == \at(frames->table[f].used, B);

    // Nothing refers to a frame as its head or owner.
    predicate frames_unnamed(struct frames *frames, integer n) =
      \forall integer f; 0 <= f < frames->count ==>
        frames->table[f].owner != n &&
        (frames->table[f].role == FRAME_BODY ==> frames->table[f].head != n);

    predicate frames_claimable(struct frames *frames, integer untyped, integer first,
                               integer end) =
      \forall integer f; first <= f < end ==>
        frames->table[f].role == FRAME_FREE && frames->table[f].owner == untyped;
*/

/* The invariant; a macro so that each conjunct becomes a goal of its own. */
#define FRAMES_OK(frames)                                                                          \
    (frames_memory_ok(frames) && frames_heads_ok(frames) && frames_untypeds_ok(frames) &&          \
     frames_owners_ok(frames) && frames_nested_ok(frames) && frames_ranges_ok(frames) &&           \
     frames_free_ok(frames) && frames_bodies_ok(frames) && frames_objects_ok(frames) &&            \
     frames_epochs_ok(frames))

/* Makes [first, first + extent) a root untyped whose other frames are free and dirty. All must be
   ABSENT with epoch below the last. */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires 1 <= first && 1 <= extent && first + extent <= frames->count;
    requires \forall integer f; first <= f < first + extent ==>
      frames->table[f].role == FRAME_ABSENT && frames->table[f].owner == FRAME_NONE &&
      frames->table[f].epoch < UINT32_MAX;
    assigns frames->table[first .. first + extent - 1];
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures FRAME_IS_UNTYPED(frames, first) && frames->table[first].extent == extent;
    ensures \forall integer f; first < f < first + extent ==>
      frames->table[f].role == FRAME_FREE && frames->table[f].owner == first &&
      FRAME_IS_DIRTY(frames, f);
*/
void frames_add_root(struct frames *frames, uint32_t first, uint32_t extent);

/* Whether [untyped + offset, + count) lies in the untyped's range and is free: SG_OK, SG_NO_FRAMES,
   or SG_BAD_ARGUMENT for an empty or out-of-range request. */
/*@ requires \valid_read(frames) && FRAMES_OK(frames);
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
void frames_set_clean(struct frames *frames, uint32_t frame);

/* Makes checked, clean frames an object of a type (an untyped has one frame and extent 1). */
/*@ requires \valid(frames) && FRAMES_OK(frames);
    requires untyped < frames->count && FRAME_IS_UNTYPED(frames, untyped);
    requires 1 <= count && offset + count <= frames->table[untyped].extent;
    requires frames_claimable(frames, untyped, untyped + offset, untyped + offset + count);
    requires clean: \forall integer f; untyped + offset <= f < untyped + offset + count ==>
      !FRAME_IS_DIRTY(frames, f);
    requires type == SG_TYPE_UNTYPED ==> count == 1;
    assigns frames->table[untyped + offset .. untyped + offset + count - 1],
            frames->table[untyped].used;
    ensures FRAMES_OK(frames);
    ensures frames_dead_stay_dead{Pre,Post}(frames);
    ensures frames->table[untyped + offset].role == FRAME_HEAD;
    ensures frames->table[untyped + offset].type == type;
    ensures frames->table[untyped + offset].count == count;
    ensures type == SG_TYPE_UNTYPED ==> frames->table[untyped + offset].extent == 1;
    ensures \forall integer f; untyped + offset <= f < untyped + offset + count ==>
      frames->table[f].owner == untyped && frames->table[f].head == untyped + offset;
    ensures frames_only_changed{Pre,Post}(frames, untyped + offset, untyped + offset + count);
*/
void frames_claim(struct frames *frames, uint32_t untyped, uint32_t offset, uint32_t count,
                  uint8_t type);

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
    ensures moved: \forall integer f;
      child + \old(frames->table[child].extent) <= f < child + frames->table[child].extent ==>
        frames->table[f].role == FRAME_FREE && frames->table[f].owner == child &&
        \old(frames->table[f].owner) == frames->table[child].owner;
    ensures others: \forall integer f; 0 <= f < frames->count &&
      !(child + \old(frames->table[child].extent) <= f < child + frames->table[child].extent) ==>
        frames->table[f].owner == \old(frames->table[f].owner);
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
void frames_kill(struct frames *frames, uint32_t head);

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
