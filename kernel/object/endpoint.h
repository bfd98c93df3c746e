/* SPDX-License-Identifier: BSD-2-Clause */
/* Where calls meet servers. Callers wait only while no receiver does. */
#pragma once

#include "object/object.h"
#include "object/op.h"

struct endpoint {
    struct link callers;   /* CALLING operations */
    struct link receivers; /* RECEIVING operations but for that of `server` */
    /* Whose `serves` is this endpoint, or endpoint_nobody. It receives first whenever its operation is
       OP_SERVER; otherwise it is busy, and no caller waits. */
    struct thread *server;
};

/* Serves every endpoint that has no server, and never receives. */
extern struct thread endpoint_nobody;

static inline struct endpoint *endpoint_at(uint32_t head)
{
    return arch_frame_once(head);
}

void endpoint_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status endpoint_call(struct invocation *invocation);
MUST_USE bool endpoint_dismantle(uint32_t head);

/* Brings a call to a waiting server, or queues it: STATUS_PENDING; otherwise why it cannot be
   delivered to the server that waits, which goes on waiting. Receivers whose authority is gone fail;
   SG_AGAIN after too many of those. */
MUST_USE enum sg_status endpoint_send(uint32_t head, struct op *caller);

/* Receives the next call, or queues the receiver: STATUS_PENDING, its completion is posted or owed.
   Calls that cannot be delivered to it fail; SG_AGAIN after too many of those. */
MUST_USE enum sg_status endpoint_receive(uint32_t head, struct op *receiver);

/* Makes a RECEIVING register operation that waits for ever its endpoint's `server`, if it is the only
   receiver and has an unleased capability and no arena message. */
void endpoint_prefer(struct op *receiver);

/* Makes a thread no endpoint's server. */
void endpoint_unserve(struct thread *thread);

/* Answers the call a record holds with the message of `answer`, which has the same owner: SG_OK,
   SG_PEER_GONE when the caller is no longer there; in both cases the record is free. Otherwise the
   call stays open: SG_TOO_BIG, or why a capability cannot be sent. */
MUST_USE enum sg_status endpoint_reply(struct op *held, const struct op *answer);

/* The receiver that is next, or NULL. */
struct op *endpoint_first_receiver(const struct endpoint *endpoint);
