/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives every process its frames, once, from the memory the kernel gave to init. */
#pragma once

#include "process.h"

/* Takes what is left of the boot untypeds into account. */
void quota_init(struct init *init);

/* Frames for one process, for ever; SG_NO_FRAMES when no range has so many in a row. */
SG_MUST_USE enum sg_status quota_place(struct init *init, uint32_t frame_count,
                                       struct quota *quota);
