/* SPDX-License-Identifier: BSD-2-Clause */
/* Transport status: why the kernel did or did not carry an operation out. Values never change;
   domain results live in each interface's own messages. */
#pragma once

enum sg_status {
    SG_OK = 0,
    SG_AGAIN = -1,         /* a bounded step was done; issue the same operation again to go on */
    SG_BAD_HANDLE = -2,    /* no live capability has this index and generation */
    SG_BAD_TYPE = -3,      /* the capability is of another type than the operation needs */
    SG_DENIED = -4,        /* the capability lacks the rights bit of the operation */
    SG_BAD_ARGUMENT = -5,  /* an argument is out of range, misaligned or a reserved field is not 0 */
    SG_BAD_OPERATION = -6, /* no such opcode or method, or the ring's opcode mask forbids it */
    SG_BAD_RING = -7,      /* a ring index claims more entries than the ring has */
    SG_BAD_TOKEN = -8,     /* the token names no call held by this thread or ring */
    SG_TOO_BIG = -9,       /* the message or capability vector does not fit the receiver's buffer */
    SG_NO_SLOT = -10,      /* the destination cspace has no free slot */
    SG_NO_FRAMES = -11,    /* the frames named are not free in this untyped, or a pool is used up */
    SG_BUSY = -12,         /* the object is bound, mapped or waited on in a way that forbids this */
    SG_LIMIT = -13,        /* a documented limit of the object is reached */
    SG_PEER_GONE = -14,    /* the other side was destroyed before it answered */
    SG_CANCELLED = -15,    /* withdrawn by CANCEL */
    SG_TIMED_OUT = -16,    /* the deadline passed first */
    SG_CHANGED = -17,      /* a futex word did not hold the expected value */
    SG_NOT_FOUND = -18,    /* no in-flight operation has this user_data */
    SG_EXISTS = -19,       /* a page of the range is already mapped */
    SG_STOPPED = -20,      /* the thread is stopped, exited or not configured */
    SG_STATUS_LAST = -20,
};
