/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's view of one call. Generated dispatch decodes the request, calls the handler
   `int PACKAGE_SERVICE_METHOD_handle(void *self, struct sg_call *call, const REQUEST *, REPLY *)`
   and encodes the reply. A handler returns SG_RPC_OK, an error, or SG_RPC_LATER after copying
   *call. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "signet/rpc.h"
#include "signet/status.h"
#include "signet/syscall.h"

struct sg_call {
    uint64_t badge; /* who calls: set when the capability was minted, never by the caller */
    uint32_t token; /* names the call for the reply */
    uint16_t method;
    uint16_t reserved;
    /* The rest is valid until the handler returns. */
    uint32_t request_length;
    const uint8_t *request;
    uint8_t *reply; /* envelope and message */
    uint32_t reply_capacity;
    uint32_t reply_length;
};

/* A generated dispatch function; returns SG_RPC_LATER or, with the reply encoded, anything else. */
typedef int sg_dispatch(void *self, struct sg_call *call);

/* What generated code says about its interface. */
struct sg_interface {
    const char *name;          /* "signet.kv.v1.Kv" */
    const uint8_t *descriptor; /* signet.reflect.v1.Interface */
    uint32_t descriptor_length;
    uint32_t request_bytes_max;
    uint32_t reply_bytes_max; /* envelope included */
};

/* Answers a call whose handler returned SG_RPC_LATER, with bytes already in the envelope's form. */
SG_MUST_USE enum sg_status sg_call_answer(const struct sg_call *call, const void *reply,
                                          uint32_t length);

/* A server that works in registers only, without a loop: for the shortest path. The handler reads
   the request from message->word and leaves the reply there; it returns the reply's length. */
typedef uint32_t sg_register_handler(void *self, uint16_t method, uint64_t badge,
                                     struct sg_registers *message, uint32_t length);
/* Serves an endpoint with register messages until it fails, and says why. */
enum sg_status sg_register_serve(struct sg_handle endpoint, sg_register_handler *handler,
                                 void *self);
