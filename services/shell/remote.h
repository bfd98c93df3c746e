/* SPDX-License-Identifier: BSD-2-Clause */
/* A call that Control-C can end. */
#pragma once

#include "input.h"

#include <signet/rpc.h>

/* Like sg_rpc_call, but watches what is typed: SG_CANCELLED when it was interrupted. The time in
   `buffers` is not looked at. */
int remote_call(struct input *input, struct sg_handle service, uint16_t method,
                const struct sg_rpc_buffers *buffers, uint32_t *reply_length);
