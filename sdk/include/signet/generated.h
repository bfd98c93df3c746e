/* SPDX-License-Identifier: BSD-2-Clause */
/* What generated dispatch calls; programs have no use for it. */
#pragma once

#include "signet/server.h"

struct sg_reply {
    const void *fields; /* Nanopb's descriptor of the message */
    const void *message;
    uint32_t bytes_max;
};

/* Decodes the request: SG_RPC_OK or SG_RPC_BAD_MESSAGE. */
SG_MUST_USE int sg_call_decode(const struct sg_call *call, const void *fields, void *request);

/* Encodes what the handler returned; passes its status on. */
SG_MUST_USE int sg_call_finish(struct sg_call *call, int status, const void *fields,
                               const void *reply);

/* Answers a call whose handler returned SG_RPC_LATER. */
SG_MUST_USE enum sg_status sg_call_reply(const struct sg_call *call, int status,
                                         const struct sg_reply *reply);

/* Answers SG_METHOD_DESCRIBE. */
SG_MUST_USE int sg_call_describe(struct sg_call *call, const struct sg_interface *interface);
