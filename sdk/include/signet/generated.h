/* SPDX-License-Identifier: BSD-2-Clause */
/* What generated dispatch calls; programs have no use for it. */
#pragma once

#include "signet/server.h"

/* Decodes the request and finds its capabilities: SG_RPC_OK or SG_RPC_BAD_MESSAGE. */
SG_MUST_USE enum sg_rpc_status sg_call_open(const struct sg_call *call,
                                            const struct sg_rpc_message *type, void *request);

/* Encodes what the handler returned; passes its status on. */
SG_MUST_USE enum sg_rpc_status sg_call_close(struct sg_call *call, enum sg_rpc_status status,
                                             const struct sg_rpc_message *type, const void *reply);

/* Answers with a status alone. */
SG_MUST_USE enum sg_rpc_status sg_call_refuse(struct sg_call *call, enum sg_rpc_status status);

/* Answers SG_METHOD_DESCRIBE. */
SG_MUST_USE enum sg_rpc_status sg_call_describe(struct sg_call *call,
                                                const struct sg_interface *interface);

/* Answers a held call, which ends its task if it has one. SG_PEER_GONE: its caller has left. */
SG_MUST_USE enum sg_status sg_call_reply(struct sg_held_call *held, enum sg_rpc_status status,
                                         const struct sg_rpc_message *type, const void *reply);
