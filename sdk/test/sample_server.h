/* SPDX-License-Identifier: BSD-2-Clause */
/* The sample interface's handlers, as tests tell them to be. */
#pragma once

#include "sample/v1/sample.rpc.h"

struct sample_server {
    enum sg_rpc_status status; /* what every handler returns */
    uint32_t call_count;
    struct sg_call last;      /* as the handler saw it */
    struct sg_held_call held; /* the last one, when the status is SG_RPC_LATER */
};
