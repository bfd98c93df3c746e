/* SPDX-License-Identifier: BSD-2-Clause */
/* One receive in flight on an endpoint, its buffers in the arena. States, and what leaves them:

     IDLE    to be posted           receivers_post, if the ring has records to spare -> POSTED
     POSTED  the kernel has it      a call: dispatch, REPLY with REARM -> POSTED
                                    a call answered later, or an undeliverable one -> IDLE
                                    no record free in the ring -> PARKED
                                    the endpoint is gone -> ENDED
     PARKED  until a call is answered -> IDLE
     ENDED   for good */
#pragma once

#include "signet/loop.h"

enum receiver_state { RECEIVER_IDLE, RECEIVER_POSTED, RECEIVER_PARKED, RECEIVER_ENDED };

struct sg_receiver {
    struct sg_operation operation;
    struct sg_receiver *next;
    struct sg_loop *loop;
    struct sg_handle endpoint;
    sg_dispatch *dispatch;
    void *self;
    struct sg_fault_watch *faults; /* NULL in an ordinary server */
    enum receiver_state state;
    uint32_t token;    /* of the call answered with the entry in flight, or 0 */
    uint32_t answered; /* answers given when it was parked */
    uint32_t request_offset, request_capacity;
    uint32_t reply_offset, reply_capacity;
};

/* Posts a receive for every receiver that has none in flight. */
void receivers_post(struct sg_loop *loop);

/* How many late calls were answered, ever. */
uint32_t answers_given(void);
