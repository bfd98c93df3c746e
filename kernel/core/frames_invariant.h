/* SPDX-License-Identifier: BSD-2-Clause */
/* What is always true of a frame table, and why the steps that change it keep it true. Nothing here
   is compiled, but for the tests of flags. A step of frames.c is proved to be one of the changes
   below; a lemma proves once, away from all code, that such a change keeps the invariant. */
#pragma once

/* Macros where a memory read must stay in sight of the provers' quantifiers; flags are tested by
   division, which they understand and the compiler makes a bit test of. */
#define FRAME_IS_UNTYPED(frames, f)                                                                \
    ((frames)->table[f].role == FRAME_HEAD && (frames)->table[f].type == SG_TYPE_UNTYPED)
#define FRAME_IS_IDLE(frames, f)                                                                   \
    ((frames)->table[f].role == FRAME_FREE || (frames)->table[f].role == FRAME_ABSENT)
#define FRAME_END(frames, u) ((u) + (frames)->table[u].extent)
#define FRAME_AFTER(frames, f, size) ((frames)->table[(f) + (frames)->table[f].size - 1])
#define FRAME_IS_DYING(frames, f) ((frames)->table[f].flags / FRAME_DYING % 2 != 0)
#define FRAME_IS_DIRTY(frames, f) ((frames)->table[f].flags % 2 != 0)

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
        0 <= frames->table[f].owner < f && FRAME_IS_UNTYPED(frames, frames->table[f].owner) &&
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
        0 <= frames->table[f].head < f && frames->table[frames->table[f].head].role == FRAME_HEAD &&
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
*/

/* All that is true of the roles, at a label. */
#define FRAMES_TRUE(frames, L)                                                                     \
    (frames_heads_ok{L}(frames) && frames_untypeds_ok{L}(frames) && frames_owners_ok{L}(frames) && \
     frames_nested_ok{L}(frames) && frames_ranges_ok{L}(frames) && frames_free_ok{L}(frames) &&    \
     frames_bodies_ok{L}(frames) && frames_objects_ok{L}(frames) && frames_epochs_ok{L}(frames))

/* The invariant; a macro so that each conjunct becomes a goal of its own. */
#define FRAMES_OK(frames) (frames_memory_ok(frames) && FRAMES_TRUE(frames, Here))

/* What stays the same from A to B. */
#define FRAME_KEEPS(frames, f, field, A, B)                                                        \
    (\at((frames)->table[f].field, A) == \at((frames)->table[f].field, B))
#define FRAME_KEEPS_ALL_BUT_SIZES(frames, f, A, B)                                                 \
    (FRAME_KEEPS(frames, f, owner, A, B) && FRAME_KEEPS(frames, f, head, A, B) &&                  \
     FRAME_KEEPS(frames, f, role, A, B) && FRAME_KEEPS(frames, f, type, A, B) &&                   \
     FRAME_KEEPS(frames, f, flags, A, B) && FRAME_KEEPS(frames, f, epoch, A, B))
#define FRAME_SAME(frames, f, A, B)                                                                \
    (FRAME_KEEPS(frames, f, owner, A, B) && FRAME_KEEPS(frames, f, head, A, B) &&                  \
     FRAME_KEEPS(frames, f, count, A, B) && FRAME_KEEPS(frames, f, extent, A, B) &&                \
     FRAME_KEEPS(frames, f, role, A, B) && FRAME_KEEPS(frames, f, type, A, B) &&                   \
     FRAME_KEEPS(frames, f, flags, A, B))

/*@ // No epoch ever goes back, so a capability that is dead stays dead.
    predicate frames_dead_stay_dead{A,B}(struct frames *frames) =
      \forall integer f; 0 <= f < \at(frames->count, A) ==>
        \at(frames->table[f].epoch, A) <= \at(frames->table[f].epoch, B);

    predicate frames_only_changed{A,B}(struct frames *frames, integer first, integer end) =
      \forall integer f; 0 <= f < \at(frames->count, A) && !(first <= f < end) ==>
        FRAME_SAME(frames, f, A, B);

    predicate frames_others_kept{A,B}(struct frames *frames, integer one, integer other) =
      \at(frames->table, A) == \at(frames->table, B) &&
      \at(frames->count, A) == \at(frames->count, B) &&
      \forall integer f; 0 <= f < \at(frames->count, A) && f != one && f != other ==>
        FRAME_SAME(frames, f, A, B) && FRAME_KEEPS(frames, f, epoch, A, B) &&
        FRAME_KEEPS(frames, f, used, A, B);

    // From A to B only the count of used frames of an untyped changed.
    predicate frames_counted{A,B}(struct frames *frames, integer untyped) =
      frames_others_kept{A,B}(frames, untyped, untyped) &&
      FRAME_KEEPS_ALL_BUT_SIZES(frames, untyped, A, B) &&
      FRAME_KEEPS(frames, untyped, count, A, B) && FRAME_KEEPS(frames, untyped, extent, A, B);

    // From A to B a frame that held nothing became an object; from B to A that object went.
    predicate frames_made{A,B}(struct frames *frames, integer head, integer same) =
      head == same && frames_others_kept{A,B}(frames, head, head) && 1 <= head < \at(frames->count, A) &&
      \at(FRAME_IS_IDLE(frames, head), A) && FRAME_KEEPS(frames, head, owner, A, B) &&
      FRAME_KEEPS(frames, head, epoch, A, B) &&
      (\at(frames->table[head].role, A) == FRAME_FREE ==>
        \at(frames->table[head].epoch, A) < UINT32_MAX &&
        \at(frames->table[head].owner, A) != FRAME_NONE) &&
      \at(frames->table[head].role, B) == FRAME_HEAD &&
      \at(frames->table[head].head, B) == head && \at(frames->table[head].count, B) == 1 &&
      (\at(frames->table[head].owner, B) == FRAME_NONE ==>
        \at(frames->table[head].type, B) == SG_TYPE_UNTYPED) &&
      (\at(frames->table[head].type, B) == SG_TYPE_UNTYPED ==>
        \at(frames->table[head].extent, B) == 1 && \at(frames->table[head].used, B) == 1) &&
      (\at(frames->table[head].epoch, B) < UINT32_MAX || \at(FRAME_IS_DYING(frames, head), B));

    // From A to B an object that is no untyped grew by a frame; from B to A it lost it.
    predicate frames_lengthened{A,B}(struct frames *frames, integer head, integer body) =
      frames_others_kept{A,B}(frames, head, body) && 0 <= head < body < \at(frames->count, A) &&
      \at(frames->table[head].role, A) == FRAME_HEAD &&
      \at(frames->table[head].type, A) != SG_TYPE_UNTYPED &&
      FRAME_KEEPS_ALL_BUT_SIZES(frames, head, A, B) &&
      head + \at(frames->table[head].count, A) == body &&
      head + \at(frames->table[head].count, B) == body + 1 &&
      \at(frames->table[body].role, A) == FRAME_FREE &&
      \at(frames->table[body].role, B) == FRAME_BODY &&
      \at(frames->table[body].head, B) == head && FRAME_KEEPS(frames, body, owner, A, B) &&
      \at(frames->table[body].owner, A) == \at(frames->table[head].owner, A) &&
      FRAME_KEEPS(frames, body, epoch, A, B);

    // From A to B an untyped got an idle frame of its owner's; from B to A it gave it back.
    predicate frames_extended{A,B}(struct frames *frames, integer child, integer end) =
      frames_others_kept{A,B}(frames, child, end) && 0 <= child < end < \at(frames->count, A) &&
      \at(FRAME_IS_UNTYPED(frames, child), A) &&
      FRAME_KEEPS_ALL_BUT_SIZES(frames, child, A, B) &&
      FRAME_KEEPS(frames, child, count, A, B) &&
      child + \at(frames->table[child].extent, A) == end &&
      child + \at(frames->table[child].extent, B) == end + 1 &&
      1 <= \at(frames->table[child].used, A) <= \at(frames->table[child].extent, A) &&
      1 <= \at(frames->table[child].used, B) <= \at(frames->table[child].extent, B) &&
      \at(FRAME_IS_IDLE(frames, end), A) && \at(FRAME_IS_IDLE(frames, end), B) &&
      \at(frames->table[end].owner, A) == \at(frames->table[child].owner, A) &&
      \at(frames->table[end].owner, B) == child &&
      (\at(frames->table[end].role, A) == FRAME_FREE ==>
        \at(frames->table[end].owner, A) != FRAME_NONE) &&
      (\at(frames->table[child].owner, A) != FRAME_NONE ==>
        end < \at(frames->table[child].owner, A) +
              \at(frames->table[\at(frames->table[child].owner, A)].extent, A)) &&
      FRAME_KEEPS(frames, end, epoch, A, B) &&
      (\at(frames->table[end].role, A) == FRAME_FREE ||
       \at(frames->table[end].role, B) == FRAME_FREE ==>
         \at(frames->table[end].epoch, A) < UINT32_MAX);
*/

/* That a change, seen from one label to the other, keeps the invariant: a lemma a conjunct, from the
   conjuncts it needs. */
#define FRAMES_KEPT(name, part, change, from, to, needs)                                           \
    lemma name##_##part{A, B}: \forall struct frames *frames, integer one, integer other;          \
      needs && change{A, B}(frames, one, other) ==> frames_##part##_ok{to}(frames);
#define FRAMES_ALL_KEPT(name, change, from, to)                                                    \
    FRAMES_KEPT(name, heads, change, from, to, frames_heads_ok{from}(frames))                      \
    FRAMES_KEPT(name, untypeds, change, from, to, frames_untypeds_ok{from}(frames))                \
    FRAMES_KEPT(name, owners, change, from, to,                                                    \
                frames_owners_ok{from}(frames) &&                                                  \
                frames_untypeds_ok{from}(frames))                                                  \
    FRAMES_KEPT(name, nested, change, from, to,                                                    \
                frames_nested_ok{from}(frames) &&                                                  \
                frames_owners_ok{from}(frames) &&                                                  \
                frames_untypeds_ok{from}(frames) &&                                                \
                frames_ranges_ok{from}(frames))                                                    \
    FRAMES_KEPT(name, ranges, change, from, to,                                                    \
                frames_ranges_ok{from}(frames) &&                                                  \
                frames_owners_ok{from}(frames))                                                    \
    FRAMES_KEPT(name, free, change, from, to,                                                      \
                frames_free_ok{from}(frames) &&                                                    \
                frames_heads_ok{from}(frames))                                                     \
    FRAMES_KEPT(name, bodies, change, from, to,                                                    \
                frames_bodies_ok{from}(frames) &&                                                  \
                frames_objects_ok{from}(frames))                                                   \
    FRAMES_KEPT(name, objects, change, from, to, frames_objects_ok{from}(frames))                  \
    FRAMES_KEPT(name, epochs, change, from, to, frames_epochs_ok{from}(frames))

/*@ FRAMES_ALL_KEPT(frames_make, frames_made, A, B)
    FRAMES_ALL_KEPT(frames_unmake, frames_made, B, A)
    FRAMES_ALL_KEPT(frames_append, frames_lengthened, A, B)
    FRAMES_ALL_KEPT(frames_detach, frames_lengthened, B, A)
    FRAMES_ALL_KEPT(frames_adopt, frames_extended, A, B)
    FRAMES_ALL_KEPT(frames_shed, frames_extended, B, A)
*/

/*@ // What the frames of a run have in common.
    predicate frames_claimable(struct frames *frames, integer untyped, integer first,
                               integer end) =
      \forall integer f; first <= f < end ==>
        frames->table[f].role == FRAME_FREE && frames->table[f].owner == untyped;

    predicate frames_untouched(struct frames *frames, integer untyped, integer first,
                               integer end) =
      \forall integer f; first <= f < end ==>
        frames->table[f].role == FRAME_FREE && frames->table[f].owner == untyped &&
        FRAME_IS_DIRTY(frames, f);

    predicate frames_unused(struct frames *frames, integer none, integer first, integer end) =
      \forall integer f; first <= f < end ==>
        frames->table[f].role == FRAME_ABSENT && frames->table[f].owner == none &&
        frames->table[f].epoch < UINT32_MAX;

    predicate frames_held(struct frames *frames, integer untyped, integer head, integer end) =
      \forall integer f; head <= f < end ==>
        frames->table[f].owner == untyped && frames->table[f].head == head;

    predicate frames_owners_kept{A,B}(struct frames *frames, integer first, integer end) =
      \forall integer f; 0 <= f < \at(frames->count, A) && !(first <= f < end) ==>
        FRAME_KEEPS(frames, f, owner, A, B);

    lemma frames_owners_kept_longer{A,B,C}: \forall struct frames *frames,
      integer first, end, child; frames_owners_kept{A,B}(frames, first, end) &&
      frames_extended{B,C}(frames, child, end) && first <= end &&
      \at(frames->count, A) == \at(frames->count, B) ==>
        frames_owners_kept{A,C}(frames, first, end + 1);

    lemma frames_owners_kept_counted{A,B,C}: \forall struct frames *frames,
      integer first, end, untyped; frames_owners_kept{A,B}(frames, first, end) &&
      frames_counted{B,C}(frames, untyped) && \at(frames->table, A) == \at(frames->table, B) &&
      \at(frames->count, A) == \at(frames->count, B) ==>
        frames_owners_kept{A,C}(frames, first, end);

    lemma frames_claimable_longer: \forall struct frames *frames, integer untyped, first, end;
      frames_claimable(frames, untyped, first, end) &&
      frames->table[end].role == FRAME_FREE && frames->table[end].owner == untyped ==>
        frames_claimable(frames, untyped, first, end + 1);

    lemma frames_untouched_longer: \forall struct frames *frames, integer untyped, first, end;
      frames_untouched(frames, untyped, first, end) && FRAME_IS_DIRTY(frames, end) &&
      frames->table[end].role == FRAME_FREE && frames->table[end].owner == untyped ==>
        frames_untouched(frames, untyped, first, end + 1);

    lemma frames_held_longer{A,B}: \forall struct frames *frames, integer untyped, head, end;
      frames_held{A}(frames, untyped, head, end) && frames_lengthened{A,B}(frames, head, end) ==>
        frames_held{B}(frames, untyped, head, end + 1);

    lemma frames_only_changed_longer{A,B,C}: \forall struct frames *frames,
      integer first, end, one, other; frames_only_changed{A,B}(frames, first, end) &&
      frames_others_kept{B,C}(frames, one, other) && first <= one < end && first <= other < end &&
      \at(frames->table, A) == \at(frames->table, B) &&
      \at(frames->count, A) == \at(frames->count, B) ==>
        frames_only_changed{A,C}(frames, first, end);

    lemma frames_dead_stay{A,B,C}: \forall struct frames *frames;
      frames_dead_stay_dead{A,B}(frames) && frames_dead_stay_dead{B,C}(frames) &&
      \at(frames->count, A) == \at(frames->count, B) ==> frames_dead_stay_dead{A,C}(frames);
*/

/* That a change elsewhere keeps what is true of a run, or of the end of it. */
#define FRAMES_RUN_KEPT(what)                                                                      \
    lemma what##_kept{A, B}: \forall struct frames *frames,                                        \
      integer untyped, integer start, integer first, integer end, integer one, integer other;      \
      what{A}(frames, untyped, start, end) && 0 <= start <= first &&                               \
      end <= \at(frames->count, A) && frames_others_kept{A, B}(frames, one, other) &&              \
      !(first <= one < end) && !(first <= other < end) ==> what{B}(frames, untyped, first, end);

/*@ FRAMES_RUN_KEPT(frames_claimable)
    FRAMES_RUN_KEPT(frames_untouched)
    FRAMES_RUN_KEPT(frames_unused)

    // A run of which every frame names the first cannot start later.
    lemma frames_held_kept{A,B}: \forall struct frames *frames, integer untyped, head, end, one, other;
      frames_held{A}(frames, untyped, head, end) && 0 <= head && end <= \at(frames->count, A) &&
      frames_others_kept{A,B}(frames, one, other) && !(head <= one < end) &&
      !(head <= other < end) ==> frames_held{B}(frames, untyped, head, end);
*/
