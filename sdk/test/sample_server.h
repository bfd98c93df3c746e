/* SPDX-License-Identifier: BSD-2-Clause */
/* The sample interface's handlers, as tests tell them to be. */
#pragma once

#include "sample/v1/sample.rpc.h"

struct sample_server {
    int status; /* what every handler returns */
    uint32_t call_count;
    struct sg_call last; /* as the handler saw it */
};
