/* SPDX-License-Identifier: BSD-2-Clause */
/* One receive in flight on an endpoint, its buffers in the arena. States, and what leaves them:

     IDLE    to be posted           receivers_post, if the ring has records to spare -> POSTED
     POSTED  the kernel has it      a call: dispatch, REPLY with REARM -> POSTED
                                    a call that is held or answered apart, or an undeliverable one,
                                    or cancelled by sg_loop_close -> IDLE
                                    no record free in the ring -> PARKED
                                    the endpoint is gone -> ENDED
     PARKED  until a held call is answered -> IDLE
     ENDED   for good

   One that is closed and not POSTED is freed by receivers_post. When the loop is finishing none is
   posted again. */
#pragma once

#include "signet/loop.h"

enum receiver_state { RECEIVER_IDLE, RECEIVER_POSTED, RECEIVER_PARKED, RECEIVER_ENDED };

struct sg_receiver {
    struct sg_operation operation;
    struct sg_receiver *next;
    struct sg_loop *loop;
    struct sg_handle endpoint;
    const struct sg_interface *interface; /* NULL for faults */
    void *self;
    struct sg_fault_watch *faults; /* NULL in an ordinary server */
    enum receiver_state state;
    bool is_closed;
    uint32_t token;            /* of the call answered with the entry in flight, or 0 */
    uint32_t answered;         /* held calls answered when it was parked */
    struct sg_message message; /* where it receives, and with how much room */
    uint32_t reply_offset, reply_capacity, list_offset;
    uint32_t buffer_bytes; /* all of these lie in one buffer, the request first */
};

/* Posts a receive for every receiver that has none in flight, as loop->unposted says some have. */
void receivers_post(struct sg_loop *loop);
/* Withdraws what is posted on an endpoint, or on every one (SG_HANDLE_NONE), after the replies that are
   on their way in the same entries were given. */
void receivers_withdraw(struct sg_loop *loop, struct sg_handle endpoint);
/* Whether the kernel has a receive of this loop. */
bool receivers_posted(const struct sg_loop *loop);
/* The receive has completed. */
void receiver_done(struct sg_operation *operation, const struct sg_completion *completion);
