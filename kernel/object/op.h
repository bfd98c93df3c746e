/* SPDX-License-Identifier: BSD-2-Clause */
/* An operation that has not completed. It lives in a ring's table, or in a thread for the register
   form, and is in exactly one state:

       IDLE       free                          -> any, when an operation begins
       CALLING    queued at its endpoint        -> DELIVERED by rendezvous, IDLE by op_complete
       DELIVERED  the peer record HELDs it      -> IDLE by op_complete
       RECEIVING  waits at its endpoint         -> HELD by rendezvous, IDLE by op_complete
       HELD       a server owes its peer (which may have gone: peer is NULL) a reply -> IDLE by op_drop
       WAITING    at a notification, interrupt or memory -> IDLE by op_complete */
#pragma once

#include "abi/ring.h"
#include "core/base.h"
#include "core/cspace.h"
#include "core/list.h"

struct ring;
struct sched;
struct thread;

enum op_state { OP_IDLE, OP_CALLING, OP_DELIVERED, OP_RECEIVING, OP_HELD, OP_WAITING };

enum op_flag {
    OP_ARENA = 1 << 0, /* in the arena, not in registers; HELD and OP_LENT: the answer */
    OP_FAULT = 1 << 1, /* a fault message of the thread */
    OP_FUTEX = 1 << 2, /* waits at a word of the memory `object` */
    OP_SERVER =
        1 << 3,        /* RECEIVING: by registers and for ever, as the `server` of the endpoint that
                           the thread `serves`, and in no list */
    OP_TIMED = 1 << 5, /* HELD and OP_LENT: the caller waits with a deadline */
    OP_LENT = 1 << 4,  /* DELIVERED and its peer HELD, both by registers: who holds the call runs on
                           the caller's sched */
};

struct op {
    struct link link;  /* where it waits */
    struct op *peer;   /* DELIVERED and HELD: each other; without a meaning in other states */
    struct ring *ring; /* NULL: register form, of `thread` */
    struct thread *thread;
    uint64_t user_data;
    uint64_t badge;
    struct sg_message message; /* checked; WAIT: send_offset is the futex word */
    uint32_t object;           /* CALLING: head frame of the capability used, with its epoch */
    uint32_t epoch;
    uint32_t generation; /* counts uses as HELD: part of the token */
    uint16_t method;
    uint16_t number; /* in its ring's table */
    union {
        struct {
            uint8_t state;      /* enum op_state */
            uint8_t flags;      /* enum op_flag */
            uint8_t slot_flags; /* CALLING, RECEIVING: of the capability used */
            uint8_t depth;      /* HELD and OP_LENT: at least the loans of this sched up to here */
        };
        uint32_t status;
    };
};

_Static_assert(sizeof(struct op) <= 176, "abi/object.h: sg_object_frames");

/* A whole op.status. */
#define OP_STATUS(state, flags) ((uint32_t)(state) | (uint32_t)(flags) << 8)
#define OP_DEPTH (UINT32_C(1) << 24)
#define OP_DEPTH_MAX 8u /* loans of one sched, from caller to server to server */

/* Completes a CALLING, DELIVERED, RECEIVING or WAITING operation, wherever it is queued, gives a
   donated sched back, and wakes whoever waits for it. Fills in the completion's user_data. */
void op_complete(struct op *op, struct sg_completion *completion);

/* op_complete with a status and nothing else. */
void op_fail(struct op *op, enum sg_status status);

/* Takes an operation out of wherever it is queued or held; nobody is told. */
void op_abandon(struct op *op);

/* Makes caller and receiver each other's peers: DELIVERED and HELD. `held` is the receiver's record:
   its own for a ring, the thread's `held` for registers. */
static inline void op_hold(struct op *caller, struct op *held)
{
    held->status = OP_STATUS(OP_HELD, 0);
    held->peer = caller;
    held->generation++;
    caller->state = OP_DELIVERED;
    caller->peer = held;
}

/* Parts a HELD record from its caller, which gets its sched back, and frees the record. The caller,
   if it is still there, is left DELIVERED without a peer: complete it. */
void op_release(struct op *held);

/* op_release, and the caller fails with a status. */
void op_drop(struct op *held, enum sg_status status);

/* Lends the caller's sched to the server that holds its call; both wait by registers. */
void op_lend(struct op *caller, struct op *held);

/* Notes the capability an operation is done with: it is checked again when the operation runs. */
static inline void op_set_authority(struct op *op, uint32_t object, uint32_t epoch, uint8_t flags)
{
    op->object = object;
    op->epoch = epoch;
    op->slot_flags = flags;
}

#define OP_RING_TOKEN (UINT32_C(1) << 31)
#define OP_NUMBER_BITS 8u

/* The token that names a HELD record to its server. */
static inline uint32_t op_token(const struct op *held)
{
    if (held->ring == NULL)
        return SG_TOKEN_REGISTERS;
    return held->generation << OP_NUMBER_BITS | held->number | OP_RING_TOKEN;
}

/* The HELD record of a thread or its ring that a token names, or NULL. */
struct op *op_by_token(struct thread *thread, uint32_t token);

/* Takes a CALLING, RECEIVING or WAITING operation out of its queue. */
void op_unqueue(struct op *op);

/* The ring whose arena and thread an operation uses. */
struct ring *op_ring(const struct op *op);
