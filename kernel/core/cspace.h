/* SPDX-License-Identifier: BSD-2-Clause */
/* A capability table: slots named by (index, generation). A handle whose capability has left its
   slot never resolves again; a slot whose generation would wrap is retired. Whether the object
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

enum slot_flag { SLOT_LEASED = 1 << 0 }; /* object and epoch name a lease; its target is the object */

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
    uint32_t slot_count; /* = pool.count */
    struct pool pool;
};

/* Empties slot_count slots; the arrays are the caller's and stay with the cspace. */
void cspace_init(struct cspace *cspace, struct slot *slot, uint16_t *order, uint16_t *rank,
                 uint32_t slot_count);

/* Index of the live slot a handle names, or slot_count when it names none. */
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

/* Reserves a free slot: SG_OK or SG_NO_SLOT. */
MUST_USE enum sg_status cspace_reserve(struct cspace *cspace, uint32_t *index);

/* Gives an unfilled reservation back, its generation unchanged. */
void cspace_rollback(struct cspace *cspace, uint32_t index);

/* Fills a reserved slot and returns the handle that names it. Never fails. */
struct sg_handle cspace_commit(struct cspace *cspace, uint32_t index,
                               const struct capability *capability);

/* Empties a live slot: every handle to it is stale from here on. */
void cspace_clear(struct cspace *cspace, uint32_t index);

/* Copies a live slot's capability out. */
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
static inline uint64_t rights_attenuate(uint64_t held, uint64_t mask)
{
    return held & mask;
}
