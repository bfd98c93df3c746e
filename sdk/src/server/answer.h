/* SPDX-License-Identifier: BSD-2-Clause */
/* Answering a call by system call, apart from a receive. */
#pragma once

#include "signet/server.h"

/* Sends what the message says; to a thread that faulted, the method says it. If that is refused, the
   caller gets a status alone instead. */
SG_MUST_USE enum sg_status answer_call(uint32_t token, uint16_t method,
                                       const struct sg_message *message);
/* Sends a status alone. */
void answer_refuse(uint32_t token, enum sg_rpc_status why);
