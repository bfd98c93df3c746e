/* SPDX-License-Identifier: BSD-2-Clause */
/* Events for a client, one in flight at a time. */
#pragma once

#include <signet/loop.h>

/* Calls `events` so many times, then releases it, and at once when a call fails; false when too many
   are being told. */
bool tell(struct sg_loop *loop, struct sg_handle events, uint32_t count);
