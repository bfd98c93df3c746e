/* SPDX-License-Identifier: BSD-2-Clause */
/* A call that Control-C can end. */
#pragma once

#include "input.h"

#include <signet/rpc.h>

/* Calls a method of which this program has no stub, and watches what is typed meanwhile:
   SG_CANCELLED when it was interrupted. */
struct sg_result remote_call(struct input *input, struct sg_handle service,
                             const struct sg_rpc_method *method, const struct sg_rpc_bytes *request,
                             struct sg_rpc_bytes *reply);
