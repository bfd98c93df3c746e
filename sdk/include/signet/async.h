/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that do not wait. Each is a struct of the caller's, with a place for the reply; many may be
   in flight on one ring. A call that was started completes exactly once, in sg_loop_step: with its
   reply, or cancelled, timed out, or with the server gone. Generated stubs wrap this: struct
   PACKAGE_SERVICE_METHOD_async begins with a struct sg_async. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "signet/loop.h"
#include "signet/rpc.h"
#include "signet/server.h"

/* Calls that are waited for together: they go to the kernel in one entry. */
struct sg_batch {
    uint32_t in_flight;
};

/* What a stub adds: where the reply goes, and who is told when it is there. */
struct sg_async_call {
    struct sg_loop *loop;
    const struct sg_rpc_method *method;
    void *reply;
    void (*finish)(struct sg_async *async);
};

enum sg_async_state { SG_ASYNC_IDLE, SG_ASYNC_IN_FLIGHT, SG_ASYNC_CANCELLED, SG_ASYNC_WITHDRAWN };

struct sg_async {
    struct sg_operation operation;
    /* Set by the caller before the start; the default is none. */
    uint64_t deadline_ns;   /* since boot, told to the server; 0: none */
    struct sg_task *task;   /* for which it is made */
    struct sg_batch *batch; /* with which it is waited for */
    /* Valid when it has completed. */
    struct sg_result result;
    /* The library's. */
    enum sg_async_state state;
    enum sg_status cause; /* why it was cancelled */
    struct sg_async_call call;
    struct sg_timer timer;
    struct sg_async *next; /* of the same task */
    uint32_t buffer;       /* in the arena */
};

/* The body of a generated start: SG_OK when it will complete, anything else when it was not started
   (SG_BUSY: it is in flight; SG_LIMIT: the ring has no room) and every capability of the request is
   still the caller's. */
SG_MUST_USE enum sg_status sg_async_start(struct sg_async *async, const struct sg_async_call *call,
                                          struct sg_handle service, const void *request);

/* Withdraws a call in flight: it completes with SG_CANCELLED, or with its reply if that was first. */
void sg_async_cancel(struct sg_async *async);

/* Whether it was started and has not completed. */
static inline bool sg_async_is_in_flight(const struct sg_async *async)
{
    return async->state != SG_ASYNC_IDLE;
}

/* Runs the loop until every call of the batch has completed; SG_TIMED_OUT if some have not. */
SG_MUST_USE enum sg_status sg_batch_collect(struct sg_batch *batch, struct sg_loop *loop,
                                            uint64_t deadline_ns);
