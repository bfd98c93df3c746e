/* SPDX-License-Identifier: BSD-2-Clause */
/* A call's buffer in the arena. Request and reply are never there at the same time, so they lie in
   the same bytes; behind them the list of capabilities sent, or the handles received. */
#pragma once

#include "signet/ring.h"
#include "signet/rpc.h"

/* Takes a buffer (message->send_offset says where) and encodes the request for sending. A deadline
   other than SG_FOREVER goes into the header. SG_BAD_ARGUMENT: the request is no such message. */
SG_MUST_USE enum sg_status trip_begin(struct sg_ring *ring, const struct sg_rpc_method *method,
                                      uint64_t deadline_ns, const void *request,
                                      struct sg_message *message);

/* What the kernel said of the call. */
struct trip_end {
    uint32_t buffer;
    int32_t result; /* as in a completion */
    uint8_t caps;
};
/* Decodes the reply if there is one, releases the capabilities that are nobody's, and gives the
   buffer back. */
struct sg_result trip_end(struct sg_ring *ring, const struct sg_rpc_method *method,
                          struct trip_end end, void *reply);

/* Gives the buffer of a call that was not made back. */
void trip_drop(struct sg_ring *ring, const struct sg_rpc_method *method, uint32_t buffer);

/* What a reply of `result` bytes at `bytes` says. */
struct sg_result trip_status(const struct sg_rpc_method *method, const uint8_t *bytes,
                             int32_t result);
