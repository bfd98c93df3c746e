/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities from one process to another, in the reply to an empty call. */
#pragma once

#include <stdint.h>

#include <signet/ring.h>
#include <signet/status.h>

#include "abi/handle.h"

#define PASS_MAX 4u

/* Waits for one call on the endpoint and answers it with `length` bytes and these capabilities. */
SG_MUST_USE enum sg_status pass_give(struct sg_handle endpoint, const void *bytes, uint32_t length,
                                     const struct sg_cap_transfer *list, uint32_t count);

/* Calls a client and takes exactly `length` bytes and `count` capabilities out of its answer;
   SG_NOT_FOUND when there were others. */
SG_MUST_USE enum sg_status pass_take(struct sg_handle client, void *bytes, uint32_t length,
                                     struct sg_handle *list, uint32_t count);
