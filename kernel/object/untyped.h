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

/* Zeroes one frame and says so in its descriptor. */
void frame_scrub(uint32_t frame);
