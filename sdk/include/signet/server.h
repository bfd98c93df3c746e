/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's view of one call. Generated dispatch decodes the request, calls the handler
   `enum sg_rpc_status PACKAGE_SERVICE_METHOD_handle(void *self, struct sg_call *call,
   const REQUEST *, REPLY *)` and encodes the reply. A handler returns SG_RPC_OK, an error, or, after
   sg_call_hold, SG_RPC_LATER. It never sees a message that is not well-formed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "abi/handle.h"
#include "signet/rpc.h"
#include "signet/status.h"
#include "signet/syscall.h"

struct sg_async;
struct sg_loop;
struct sg_task;

struct sg_call {
    uint64_t badge;       /* who calls: set when the capability was minted, never by the caller */
    uint64_t deadline_ns; /* when the caller gives up, as it says; SG_FOREVER: it did not say */
    uint32_t token;       /* names the call for the reply */
    uint16_t method;
    bool is_held;
    struct sg_loop *loop;
    /* The rest is valid until the handler returns. */
    const uint8_t *request;
    uint8_t *reply;               /* envelope and message */
    struct sg_handle *capability; /* received; those not taken are released */
    struct sg_cap_transfer *reply_capability;
    uint32_t request_length;
    uint32_t reply_capacity;
    uint32_t reply_length;
    uint32_t capability_count;
    uint32_t reply_capability_count;
};

/* Makes a capability of the request the handler's own. What it does not take is released when it
   returns, whatever it returns. */
struct sg_handle sg_call_take(struct sg_call *call, struct sg_handle handle);

/* A call that is answered after its handler returned. It may be copied and moved about, but only
   one copy may be answered. */
struct sg_held_call {
    uint64_t badge;
    uint64_t deadline_ns;
    struct sg_loop *loop;
    struct sg_task *task; /* that it is part of, or NULL */
    uint32_t token;       /* 0: the caller has left */
    uint16_t method;
};

/* Keeps the call open; the handler then returns SG_RPC_LATER. */
SG_MUST_USE struct sg_held_call sg_call_hold(struct sg_call *call);

/* A held call for which other servers are called (sg_async.task): those calls end no later than its
   deadline, and are cancelled when its caller leaves. The loop finds that out every
   SG_TASK_PROBE_NS if the process has a clock; without one the answer is refused, not earlier. It
   must stay where it is until its call was answered and the calls made for it have completed. */
struct sg_task {
    struct sg_held_call call;
    void (*gone)(struct sg_task *task); /* the caller has left; may be NULL */
    struct sg_async *nested;
    struct sg_task *next;
};
#define SG_TASK_PROBE_NS UINT64_C(10000000)

/* Holds the call as a task; the handler then returns SG_RPC_LATER. Answering ends the task. */
void sg_task_begin(struct sg_task *task, struct sg_call *call);

/* The lesser of the caller's deadline and one's own, for calls made while it is served. */
static inline uint64_t sg_call_deadline(const struct sg_call *call, uint64_t own_deadline_ns)
{
    return call->deadline_ns < own_deadline_ns ? call->deadline_ns : own_deadline_ns;
}

/* How long it is until then: 0 when it has passed, SG_FOREVER when there is no clock or no end. */
uint64_t sg_remaining_ns(uint64_t deadline_ns);

/* A dispatch function; returns SG_RPC_LATER if the call is held, else what call->reply says. */
typedef enum sg_rpc_status sg_dispatch(void *self, struct sg_call *call);

/* What generated code says about its interface. */
struct sg_interface {
    const char *name;          /* "signet.kv.v1.Kv" */
    const uint8_t *descriptor; /* signet.reflect.v1.Interface */
    sg_dispatch *dispatch;
    uint32_t descriptor_length;
    uint32_t request_bytes_max; /* header included */
    uint32_t reply_bytes_max;   /* envelope included */
    uint32_t request_capabilities_max;
    uint32_t reply_capabilities_max;
};

/* A server that works in registers only, without a loop: for the shortest path. The handler reads
   the request from message->word, its header included if it has one, and leaves the reply there; it
   returns the reply's length. */
typedef uint32_t sg_register_handler(void *self, uint16_t method, uint64_t badge,
                                     struct sg_registers *message, uint32_t length);
/* Serves an endpoint with register messages until it fails, and says why. */
enum sg_status sg_register_serve(struct sg_handle endpoint, sg_register_handler *handler,
                                 void *self);
