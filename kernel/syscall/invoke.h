/* SPDX-License-Identifier: BSD-2-Clause */
/* One operation, whichever way it came: a submission taken from a ring, or the registers of invoke. */
#pragma once

#include "object/object.h"
#include "object/op.h"

/* An operation on its way from its entry to its object. */
struct request {
    struct thread *thread;
    struct ring
        *ring; /* the message is in its arena, the record in its table; NULL: the thread's */
    const struct sg_submission *entry; /* a private copy */
    uint32_t register_length;          /* without a ring: payload bytes in registers */
    uint64_t value;                    /* what the operation returns */
};

/* Carries out an operation. STATUS_PENDING: its record completes it, or already has. Any other
   status: it is over, and no record was used. */
MUST_USE enum sg_status invoke(struct request *request);
