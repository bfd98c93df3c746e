/* SPDX-License-Identifier: BSD-2-Clause */
/* One turn of a loop. */
#pragma once

#include "signet/loop.h"

/* sg_loop_step, but it waits for so many completions. */
SG_MUST_USE enum sg_status loop_step(struct sg_loop *loop, uint32_t wait, uint64_t deadline_ns);
