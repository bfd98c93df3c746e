/* SPDX-License-Identifier: BSD-2-Clause */
/* Remote calls. A request is the bytes of a protobuf message, its method in the entry's header; a
   reply is a little-endian u32 RPC status, then the bytes of the reply message when the status is
   0. Calls return 0, a negative enum sg_status (the message did not travel) or a positive RPC
   status. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "abi/handle.h"
#include "signet/status.h"

enum sg_rpc_status {
    SG_RPC_OK = 0,
    SG_RPC_BAD_MESSAGE = 1,   /* the other side's bytes are not the message it should be */
    SG_RPC_UNIMPLEMENTED = 2, /* the server knows no such method */
    SG_RPC_TOO_BIG = 3,       /* the reply would exceed the caller's buffer */
    SG_RPC_INTERNAL = 4,      /* the server could not do it, for a reason of its own */
    SG_RPC_FIRST_OWN = 16,    /* interfaces define their own from here */
};
#define SG_RPC_LATER (-1000) /* a handler's: the reply follows */

#define SG_RPC_ENVELOPE_BYTES 4u
#define SG_METHOD_DESCRIBE \
    55u /* every server: request u32 offset, reply the descriptor from there */
#define SG_DESCRIBE_BYTES_MAX 1024u

/* Says a call's result in words, e.g. "SG_DENIED" or "rpc status 17". */
const char *sg_rpc_text(int result);

struct sg_rpc_buffers {
    const void *request;
    uint32_t request_length;
    void *reply; /* receives the message without its envelope */
    uint32_t reply_capacity;
    uint64_t timeout_ns; /* SG_FOREVER: as long as it takes */
};

/* Calls a method with bytes already encoded; goes by registers when request and reply capacity fit.
 */
SG_MUST_USE int sg_rpc_call(struct sg_handle service, uint16_t method,
                            const struct sg_rpc_buffers *buffers, uint32_t *reply_length);

/* Reads the interface descriptor (signet.reflect.v1.Interface) of a server. */
SG_MUST_USE int sg_rpc_describe(struct sg_handle service, void *descriptor, uint32_t capacity,
                                uint32_t *length);

/* What a generated client stub knows of its method; *_fields are Nanopb descriptors. */
struct sg_rpc_method {
    uint16_t number;
    uint32_t request_bytes_max;
    uint32_t reply_bytes_max; /* without the envelope */
    const void *request_fields;
    const void *reply_fields;
};

/* Encodes, calls, decodes: the body of every generated client stub. */
SG_MUST_USE int sg_rpc_invoke(struct sg_handle service, const struct sg_rpc_method *method,
                              uint64_t timeout_ns, const void *request, void *reply);
