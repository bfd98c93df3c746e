/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of frames that can become objects: the only source of kernel memory. Who creates says where;
   the frame table says whether it may. The first frame of the range is the untyped's own. */
#pragma once

#include "object/object.h"

MUST_USE enum sg_status untyped_call(struct invocation *invocation);
MUST_USE bool untyped_dismantle(uint32_t head);

/* Scrubs dirty frames among [first, first + count), SG_SCRUB_MAX at most: SG_OK when all are clean,
   else SG_AGAIN. */
MUST_USE enum sg_status untyped_scrub(uint32_t first, uint32_t count);

/* Frames of an untyped that are to be one object, and the slot for its capability. */
struct claim {
    uint32_t untyped;
    uint32_t offset; /* of its head, in frames */
    uint32_t count;
    uint32_t slot;
    uint8_t type;
};

/* Scrubs the frames of a claim and reserves its slot: SG_OK; SG_AGAIN while more are to be scrubbed; or
   what speaks against it, with nothing reserved. */
MUST_USE enum sg_status untyped_reserve(struct cspace *cspace, struct claim *claim);

/* Makes the frames an object, to be filled in, and the slot its capability; returns the handle word. */
uint64_t untyped_commit(struct cspace *cspace, const struct claim *claim);

/* The claim's object. */
static inline uint32_t claim_head(const struct claim *claim)
{
    return claim->untyped + claim->offset;
}

/* Zeroes one frame and says so in its descriptor. */
void frame_scrub(uint32_t frame);
