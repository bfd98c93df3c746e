/* SPDX-License-Identifier: BSD-2-Clause */
/* A capability table: slots named by (index, generation). A slot's generation counts what was put into it,
   so a handle whose capability has left never resolves again; one whose generations are used up is retired.
   A new table is memory that is zero: no slot is touched before it is taken. Whether the object
   behind a slot still lives is the frame table's knowledge, not this module's. */
#pragma once

#include "abi/handle.h"
#include "core/base.h"
#include "core/pool.h"

enum slot_type {
    SLOT_EMPTY = 0,      /* = SG_TYPE_NONE */
    SLOT_RESERVED = 255, /* promised to a transfer in flight; no lookup reaches it */
    SLOT_RETIRED = 254,  /* generations used up */
};

enum slot_flag {
    SLOT_LEASED = 1 << 0
}; /* object and epoch name a lease; its target is the object */

struct slot {
    uint64_t rights;
    uint64_t badge;
    uint32_t object;
    uint32_t epoch;
    uint32_t generation;
    uint8_t type;
    uint8_t flags;
    uint16_t reserved;
};

_Static_assert(sizeof(struct slot) == 32, "two slots a cache line");

/* What a slot holds, apart from the slot. */
struct capability {
    uint64_t rights;
    uint64_t badge;
    uint32_t object;
    uint32_t epoch;
    uint8_t type;
    uint8_t flags;
};

struct cspace {
    struct slot *slot;
    uint32_t slot_count; /* = pool.limit */
    struct pool pool;
};

/* Macros where a memory read must stay in sight of the provers' quantifiers. */
#define SLOT_LIVE(slot) (SLOT_EMPTY < (slot).type < SLOT_RETIRED)
#define SLOT_SAME_BUT_TYPE(cspace, i, A, B) \
    (\at((cspace)->slot[i].rights, A) == \at((cspace)->slot[i].rights, B) &&                       \
     \at((cspace)->slot[i].badge, A) == \at((cspace)->slot[i].badge, B) &&                         \
     \at((cspace)->slot[i].object, A) == \at((cspace)->slot[i].object, B) &&                       \
     \at((cspace)->slot[i].epoch, A) == \at((cspace)->slot[i].epoch, B) &&                         \
     \at((cspace)->slot[i].generation, A) == \at((cspace)->slot[i].generation, B) &&               \
     \at((cspace)->slot[i].flags, A) == \at((cspace)->slot[i].flags, B))
#define SLOT_SAME(cspace, i, A, B) \
    (SLOT_SAME_BUT_TYPE(cspace, i, A, B) && \
     \at((cspace)->slot[i].type, A) == \at((cspace)->slot[i].type, B))
#define SLOT_HOLDS(one, capability)                                                \
    ((one).rights == (capability)->rights && (one).badge == (capability)->badge && \
     (one).object == (capability)->object && (one).epoch == (capability)->epoch && \
     (one).type == (capability)->type && (one).flags == (capability)->flags)
#define RIGHTS_INCLUDE(rights, wanted) (((rights) & (wanted)) == (wanted))

/*@ predicate cspace_memory_ok(struct cspace *cspace) =
      cspace->slot_count == cspace->pool.limit && pool_memory_ok(&cspace->pool) &&
      \valid(cspace->slot + (0 .. cspace->slot_count - 1)) &&
      \separated(cspace, cspace->slot + (0 .. cspace->slot_count - 1),
                 cspace->pool.order + (0 .. cspace->pool.limit - 1),
                 cspace->pool.rank + (0 .. cspace->pool.limit - 1));

    // What may be filled has a generation left for it; what was filled has one.
    predicate cspace_generations_ok(struct cspace *cspace) =
      \forall integer i; 0 <= i < cspace->slot_count ==>
        (cspace->slot[i].type == SLOT_EMPTY || cspace->slot[i].type == SLOT_RESERVED ?
           cspace->slot[i].generation < UINT32_MAX : cspace->slot[i].generation >= 1);

    predicate cspace_partition_ok(struct cspace *cspace) =
      \forall integer i; 0 <= i < cspace->slot_count ==>
        (cspace->slot[i].type == SLOT_EMPTY <==>
           i >= cspace->pool.count || POOL_FREE(&cspace->pool, i));

    predicate cspace_names(struct cspace *cspace, integer index, integer generation) =
      0 <= index < cspace->slot_count && SLOT_LIVE(cspace->slot[index]) &&
      cspace->slot[index].generation == generation;

    // Once true of a handle, true for ever: every operation keeps it.
    predicate cspace_stale(struct cspace *cspace, integer index, integer generation) =
      generation < cspace->slot[index].generation ||
      (generation == cspace->slot[index].generation && !SLOT_LIVE(cspace->slot[index]));

    predicate cspace_stale_kept{A,B}(struct cspace *cspace) =
      \forall integer i, generation; 0 <= i < \at(cspace->slot_count, A) ==>
        cspace_stale{A}(cspace, i, generation) ==> cspace_stale{B}(cspace, i, generation);

    predicate cspace_only_changed{A,B}(struct cspace *cspace, integer changed) =
      \forall integer i; 0 <= i < \at(cspace->slot_count, A) && i != changed ==>
        SLOT_SAME(cspace, i, A, B);

    lemma cspace_stale_longer{A,B,C}: \forall struct cspace *cspace;
      \at(cspace->slot_count, A) == \at(cspace->slot_count, B) &&
      cspace_stale_kept{A,B}(cspace) && cspace_stale_kept{B,C}(cspace) ==>
        cspace_stale_kept{A,C}(cspace);
*/

/* The invariant; a macro so that each conjunct becomes a goal of its own. */
#define CSPACE_OK(cspace)                                                                     \
    (cspace_memory_ok(cspace) && POOL_OK(&(cspace)->pool) && cspace_generations_ok(cspace) && \
     cspace_partition_ok(cspace))

/* Leaves nothing of a capability behind. */
/*@ requires \valid(slot);
    assigns slot->rights, slot->badge, slot->object, slot->epoch, slot->type, slot->flags,
            slot->reserved;
    ensures slot->rights == 0 && slot->badge == 0 && slot->object == 0 && slot->epoch == 0;
    ensures slot->type == type && slot->flags == 0 && slot->reserved == 0;
*/
static inline void slot_wipe(struct slot *slot, uint8_t type)
{
    slot->rights = 0;
    slot->badge = 0;
    slot->object = 0;
    slot->epoch = 0;
    slot->type = type;
    slot->flags = 0;
    slot->reserved = 0;
}

/* Makes a table of slot_count slots, all zero; the arrays are the caller's and stay with the cspace. */
/*@ requires slot_count <= POOL_MAX && \valid(cspace);
    requires \valid(slot + (0 .. slot_count - 1));
    requires \valid(order + (0 .. slot_count - 1)) && \valid(rank + (0 .. slot_count - 1));
    requires \separated(cspace, slot + (0 .. slot_count - 1), order + (0 .. slot_count - 1),
                        rank + (0 .. slot_count - 1));
    requires zero: \forall integer i; 0 <= i < slot_count ==>
      slot[i].type == SLOT_EMPTY && slot[i].generation < UINT32_MAX;
    assigns *cspace;
    ensures CSPACE_OK(cspace);
    ensures cspace->slot == slot && cspace->slot_count == slot_count;
    ensures \forall integer i; 0 <= i < slot_count ==> slot[i].type == SLOT_EMPTY;
*/
static inline void cspace_init(struct cspace *cspace, struct slot *slot, uint16_t *order,
                               uint16_t *rank, uint32_t slot_count)
{
    cspace->slot = slot;
    cspace->slot_count = slot_count;
    pool_init(&cspace->pool, order, rank, slot_count);
}

/* Index of the live slot a handle names, or slot_count when it names none. */
/*@ requires \valid_read(cspace) && cspace_memory_ok(cspace);
    assigns \nothing;
    behavior found:
      assumes cspace_names(cspace, handle.index, handle.generation);
      ensures \result == handle.index;
    behavior refused:
      assumes !cspace_names(cspace, handle.index, handle.generation);
      ensures \result == cspace->slot_count;
    complete behaviors;
    disjoint behaviors;
*/
MUST_USE static inline uint32_t cspace_find(const struct cspace *cspace, struct sg_handle handle)
{
    const struct slot *slot;

    if (handle.index >= cspace->slot_count)
        return cspace->slot_count;
    slot = &cspace->slot[handle.index];
    if (slot->generation != handle.generation || slot->type == SLOT_EMPTY ||
        slot->type >= SLOT_RETIRED)
        return cspace->slot_count;
    return handle.index;
}

/* Reserves the slot that is taken next; pool.free_count must not be 0. */
/*@ requires \valid(cspace) && CSPACE_OK(cspace) && cspace->pool.free_count > 0;
    assigns cspace->pool.free_count, cspace->slot[0 .. cspace->slot_count - 1].type;
    ensures CSPACE_OK(cspace);
    ensures cspace_stale_kept{Pre,Post}(cspace);
    ensures \result < cspace->slot_count;
    ensures \at(cspace->slot[\at(\result, Post)].type, Pre) == SLOT_EMPTY;
    ensures cspace->slot[\result].type == SLOT_RESERVED;
    ensures SLOT_SAME_BUT_TYPE(cspace, \at(\result, Post), Pre, Post);
    ensures cspace_only_changed{Pre,Post}(cspace, \result);
    ensures cspace->pool.free_count == \old(cspace->pool.free_count) - 1;
*/
MUST_USE static inline uint32_t cspace_take(struct cspace *cspace)
{
    uint32_t taken = pool_take(&cspace->pool);

    cspace->slot[taken].type = SLOT_RESERVED;
    return taken;
}

/* Reserves a free slot: SG_OK or SG_NO_SLOT. */
/*@ requires \valid(cspace) && CSPACE_OK(cspace) && \valid(index);
    requires \separated(index, cspace, cspace->slot + (0 .. cspace->slot_count - 1),
                        cspace->pool.order + (0 .. cspace->pool.limit - 1),
                        cspace->pool.rank + (0 .. cspace->pool.limit - 1));
    assigns *index, cspace->pool.free_count, cspace->pool.count,
            cspace->pool.order[0 .. cspace->pool.limit - 1],
            cspace->pool.rank[0 .. cspace->pool.limit - 1],
            cspace->slot[0 .. cspace->slot_count - 1].type;
    ensures CSPACE_OK(cspace);
    ensures cspace_stale_kept{Pre,Post}(cspace);
    ensures \result == SG_OK <==> \old(POOL_LEFT(&cspace->pool)) > 0;
    ensures \result == SG_OK || \result == SG_NO_SLOT;
    ensures cspace->slot_count == \old(cspace->slot_count);
    ensures cspace->pool.limit == \old(cspace->pool.limit);
    behavior full:
      assumes POOL_LEFT(&cspace->pool) == 0;
      ensures \result == SG_NO_SLOT;
      ensures cspace_only_changed{Pre,Post}(cspace, cspace->slot_count);
      ensures POOL_LEFT(&cspace->pool) == 0 && *index == \old(*index);
    behavior reserves:
      assumes POOL_LEFT(&cspace->pool) > 0;
      ensures \result == SG_OK;
      ensures *index < cspace->slot_count;
      ensures \at(cspace->slot[\at(*index, Post)].type, Pre) == SLOT_EMPTY;
      ensures cspace->slot[*index].type == SLOT_RESERVED;
      ensures SLOT_SAME_BUT_TYPE(cspace, \at(*index, Post), Pre, Post);
      ensures cspace_only_changed{Pre,Post}(cspace, *index);
      ensures POOL_LEFT(&cspace->pool) == \old(POOL_LEFT(&cspace->pool)) - 1;
    complete behaviors;
    disjoint behaviors;
*/
MUST_USE static inline enum sg_status cspace_reserve(struct cspace *cspace, uint32_t *index)
{
    bool has_free = pool_has(&cspace->pool);
    uint32_t taken;

    //@ assert same: cspace_only_changed{Pre,Here}(cspace, cspace->slot_count);
    //@ assert sound: CSPACE_OK(cspace);
    //@ assert stale: cspace_stale_kept{Pre,Here}(cspace);
    if (!has_free)
        return SG_NO_SLOT;
    taken = cspace_take(cspace);
    //@ assert still: cspace_stale_kept{Pre,Here}(cspace);
    *index = taken;
    return SG_OK;
}

/* Gives an unfilled reservation back, its generation unchanged. */
/*@ requires \valid(cspace) && CSPACE_OK(cspace);
    requires index < cspace->slot_count && cspace->slot[index].type == SLOT_RESERVED;
    assigns cspace->slot[index].type, cspace->pool.free_count,
            cspace->pool.order[0 .. cspace->pool.limit - 1],
            cspace->pool.rank[0 .. cspace->pool.limit - 1];
    ensures CSPACE_OK(cspace);
    ensures cspace_stale_kept{Pre,Post}(cspace);
    ensures cspace_only_changed{Pre,Post}(cspace, index);
    ensures cspace->slot[index].type == SLOT_EMPTY;
    ensures SLOT_SAME_BUT_TYPE(cspace, index, Pre, Post);
    ensures cspace->pool.free_count == \old(cspace->pool.free_count) + 1;
*/
static inline void cspace_rollback(struct cspace *cspace, uint32_t index)
{
    cspace->slot[index].type = SLOT_EMPTY;
    pool_give(&cspace->pool, index);
}

/* Fills a reserved slot and returns the handle that names it. Never fails. */
/*@ requires \valid(cspace) && CSPACE_OK(cspace) && \valid_read(capability);
    requires index < cspace->slot_count && cspace->slot[index].type == SLOT_RESERVED;
    requires SLOT_LIVE(*capability);
    requires \separated(capability, cspace, cspace->slot + (0 .. cspace->slot_count - 1));
    assigns cspace->slot[index];
    ensures CSPACE_OK(cspace);
    ensures new: \result.generation == \old(cspace->slot[index].generation) + 1;
    ensures cspace_stale_kept{Pre,Post}(cspace);
    ensures cspace_only_changed{Pre,Post}(cspace, index);
    ensures SLOT_HOLDS(cspace->slot[index], capability);
    ensures \result.index == index && cspace_names(cspace, index, \result.generation);
*/
static inline struct sg_handle cspace_commit(struct cspace *cspace, uint32_t index,
                                             const struct capability *capability)
{
    struct slot *slot = &cspace->slot[index];
    struct sg_handle handle = {index, slot->generation + 1};

    slot->generation = handle.generation;
    slot->rights = capability->rights;
    slot->badge = capability->badge;
    slot->object = capability->object;
    slot->epoch = capability->epoch;
    slot->type = capability->type;
    slot->flags = capability->flags;
    return handle;
}

/* Empties a live slot: every handle to it is stale from here on. */
/*@ requires \valid(cspace) && CSPACE_OK(cspace);
    requires index < cspace->slot_count && SLOT_LIVE(cspace->slot[index]);
    assigns cspace->slot[index], cspace->pool.free_count,
            cspace->pool.order[0 .. cspace->pool.limit - 1],
            cspace->pool.rank[0 .. cspace->pool.limit - 1];
    ensures CSPACE_OK(cspace);
    ensures cspace_stale_kept{Pre,Post}(cspace);
    ensures cspace_only_changed{Pre,Post}(cspace, index);
    ensures dead: cspace_stale(cspace, index, \old(cspace->slot[index].generation));
    ensures gone: !SLOT_LIVE(cspace->slot[index]);
    ensures clean: cspace->slot[index].rights == 0 && cspace->slot[index].badge == 0 &&
                   cspace->slot[index].object == 0 && cspace->slot[index].epoch == 0;
    ensures reused: \old(cspace->slot[index].generation) < UINT32_MAX ==>
      cspace->pool.free_count == \old(cspace->pool.free_count) + 1;
*/
static inline void cspace_clear(struct cspace *cspace, uint32_t index)
{
    struct slot *slot = &cspace->slot[index];

    if (slot->generation == UINT32_MAX) {
        slot_wipe(slot, SLOT_RETIRED);
        return;
    }
    slot_wipe(slot, SLOT_EMPTY);
    pool_give(&cspace->pool, index);
}

/* Copies what a slot holds out; the type of a slot without a capability is an enum slot_type. */
/*@ requires \valid_read(cspace) && cspace_memory_ok(cspace) && \valid(capability);
    requires index < cspace->slot_count;
    requires \separated(capability, cspace, cspace->slot + (0 .. cspace->slot_count - 1));
    assigns *capability;
    ensures SLOT_HOLDS(cspace->slot[index], capability);
*/
static inline void cspace_read(const struct cspace *cspace, uint32_t index,
                               struct capability *capability)
{
    const struct slot *slot = &cspace->slot[index];

    capability->rights = slot->rights;
    capability->badge = slot->badge;
    capability->object = slot->object;
    capability->epoch = slot->epoch;
    capability->type = slot->type;
    capability->flags = slot->flags;
}

/* The rights kept when `mask` is applied to `held`: never more than either. */
/*@ assigns \nothing;
    ensures RIGHTS_INCLUDE(held, \result);
    ensures RIGHTS_INCLUDE(mask, \result);
    ensures exact: \result == (held & mask);
*/
static inline uint64_t rights_attenuate(uint64_t held, uint64_t mask)
{
    return held & mask;
}
