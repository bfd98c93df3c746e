/* SPDX-License-Identifier: BSD-2-Clause */
/* Remote calls. A request is the bytes of a protobuf message, its method in the entry's header; a
   reply is a little-endian u32 RPC status, then the bytes of the reply message when the status is
   0. A request whose caller gives up at some time begins with SG_RPC_HEADER_BYTES that say when:
   field 2047, fixed64, in ns since boot. Who does not know that field passes it by.

   Errors have three layers, and each its own place: the message did not travel (transport), the
   server could not take or answer it (rpc), or what was asked for was refused (a field of the
   reply message). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/handle.h"
#include "abi/ring.h"
#include "signet/status.h"

enum sg_rpc_status {
    SG_RPC_OK = 0,
    SG_RPC_BAD_MESSAGE = 1,   /* the other side's bytes are not the message it should be */
    SG_RPC_UNIMPLEMENTED = 2, /* the server knows no such method */
    SG_RPC_TOO_BIG = 3,       /* the reply would exceed the caller's buffer */
    SG_RPC_INTERNAL = 4,      /* the server could not do it, for a reason of its own */
    SG_RPC_LATER = -1,        /* of a handler: it holds the call. Never travels */
};

/* How a call ended. */
struct sg_result {
    enum sg_status transport; /* SG_OK: an answer came */
    enum sg_rpc_status rpc;   /* what the answer says; SG_RPC_OK when none came */
};

/* Whether the reply message is there. */
static inline bool sg_succeeded(struct sg_result result)
{
    return result.transport == SG_OK && result.rpc == SG_RPC_OK;
}

/* The constant's own name, e.g. "SG_DENIED" or "SG_RPC_TOO_BIG". */
const char *sg_result_name(struct sg_result result);
/* One sentence saying what it means. */
const char *sg_result_text(struct sg_result result);

#define SG_RPC_ENVELOPE_BYTES 4u
#define SG_RPC_HEADER_BYTES 10u
#define SG_METHOD_DESCRIBE \
    55u /* every server: request u32 offset, reply the descriptor from there */
#define SG_DESCRIBE_BYTES_MAX 1024u

/* A field of a message that is a capability: it travels in the message's capability vector. */
struct sg_rpc_capability {
    uint32_t has_offset; /* in the message's struct: bool, whether it is there */
    uint32_t handle_offset;
    uint64_t rights; /* what the receiver gets at most, and expects at least */
    uint8_t type;    /* enum sg_type, as the receiver sees it */
    uint8_t mode;    /* enum sg_transfer_mode */
};

/* Stands for the struct of a message whose `fields` are NULL: its bytes as they are. */
struct sg_rpc_bytes {
    void *data;
    uint32_t length;
};

/* What stubs and dispatch know of a message. */
struct sg_rpc_message {
    const void *fields;                         /* Nanopb's descriptor, or NULL */
    const struct sg_rpc_capability *capability; /* in the order of field numbers */
    uint32_t bytes_max;
    uint32_t struct_bytes;
    uint32_t capability_count;
};

struct sg_rpc_method {
    struct sg_rpc_message request;
    struct sg_rpc_message reply;
    uint16_t number;
};

/* A method whose messages are struct sg_rpc_bytes, for who has no stub of it. */
static inline struct sg_rpc_method sg_rpc_raw_method(uint16_t number, uint32_t request_bytes_max,
                                                     uint32_t reply_bytes_max)
{
    return (struct sg_rpc_method){.request.bytes_max = request_bytes_max,
                                  .reply.bytes_max = reply_bytes_max,
                                  .number = number};
}

/* The body of a generated stub: encodes, calls, waits at most that long for the reply, decodes. Of
   the time the server hears nothing. */
SG_MUST_USE struct sg_result sg_rpc_within(struct sg_handle service,
                                           const struct sg_rpc_method *method, uint64_t timeout_ns,
                                           const void *request, void *reply);
/* The same until a time since boot, which the server is told. */
SG_MUST_USE struct sg_result sg_rpc_by(struct sg_handle service, const struct sg_rpc_method *method,
                                       uint64_t deadline_ns, const void *request, void *reply);

/* Reads the interface descriptor (signet.reflect.v1.Interface) of a server. */
SG_MUST_USE struct sg_result sg_rpc_describe(struct sg_handle service, void *descriptor,
                                             uint32_t capacity, uint32_t *length);
