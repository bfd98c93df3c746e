/* SPDX-License-Identifier: BSD-2-Clause */
/* Two callers, a server that holds one call at a time, and an endpoint that somebody destroys. Calls may
   be cancelled, time out, or lose either side; an operation's record is used again by the next call.
   Each step is one hold of the kernel lock.

   Properties:
     once      an accepted call completes once and no more, unless its caller died
     answers   a reply reaches the call it answers and no later one
     deadline  a deadline ends only the wait it was armed for
     single    the server holds one call at most
     ends      nobody waits for ever

   Bounds: 2 callers of 2 calls each, 1 server, 1 destruction of the endpoint.

   Stands for:
     kernel/object/endpoint.c: endpoint_send, endpoint_receive, rendezvous, endpoint_reply,
       endpoint_dismantle
     kernel/object/op.h: op_hold
     kernel/object/op.c: op_release, op_drop, op_abandon, op_complete
     kernel/object/ring.c: ring_cancel
     kernel/object/thread.c: thread_wait, thread_wake, cancel_deadline, thread_time_out, thread_stop,
       thread_unbind
     kernel/syscall/invoke.c: reply, receive, find_endpoint */

#include "property.h"
hidden byte once, answers, deadline, single;

#define CALLERS 2
#define CALLS 2
#define NOBODY 2 /* a held call whose caller has left */
#define NOTHING 3

mtype = { IDLE, CALLING, DELIVERED, DEAD };

mtype state[CALLERS] = IDLE;
bool is_queued[CALLERS]; /* in the endpoint's list */
bool is_timed[CALLERS], is_armed[CALLERS];
byte call[CALLERS];      /* number of the caller's present call */
bool is_owed[CALLERS];   /* accepted and not completed */

byte held = NOTHING;
byte held_call; /* the call that was delivered: what its holder means to answer */
bool is_receiving, is_endpoint_dead;
byte ended; /* processes */

inline complete(who)
{
    HOLDS(once, is_owed[who]); /* not twice */
    is_owed[who] = false;
    detach(who);
    state[who] = IDLE;
    is_armed[who] = false
}

inline detach(who)
{
    is_queued[who] = false;
    if
    :: held == who -> held = NOBODY
    :: else
    fi
}

inline rendezvous(who)
{
    is_queued[who] = false;
    is_receiving = false;
    HOLDS(single, held == NOTHING);
    held = who;
    held_call = call[who];
    state[who] = DELIVERED
}

proctype caller(byte me)
{
    bool is_patient;

    if
    :: is_patient = true /* waits for ever */
    :: skip
    fi;
    do
    :: atomic {
        state[me] == IDLE && call[me] < CALLS && !is_endpoint_dead ->
        call[me]++;
        is_owed[me] = true;
        if
        :: !is_patient -> is_timed[me] = true; is_armed[me] = true
        :: is_timed[me] = false
        fi;
        if
        :: is_receiving -> rendezvous(me)
        :: else -> state[me] = CALLING; is_queued[me] = true
        fi
       }
    :: atomic {
        !is_patient && (state[me] == CALLING || state[me] == DELIVERED) -> /* cancels */
        complete(me)
       }
    :: atomic {
        is_armed[me] -> /* the deadline passes */
        is_armed[me] = false;
        if
        :: state[me] != IDLE -> HOLDS(deadline, is_timed[me]); complete(me)
        :: else
        fi
       }
    :: atomic {
        !is_patient -> /* dies, whatever it waits for */
        detach(me);
        is_owed[me] = false;
        is_armed[me] = false;
        state[me] = DEAD;
        break
       }
    :: atomic { state[me] == IDLE && (call[me] == CALLS || is_endpoint_dead) -> break }
    od;
    ended++
}

active proctype server()
{
    byte who;

    do
    :: atomic {
        held == NOTHING && !is_receiving && !is_endpoint_dead ->
        if
        :: is_queued[0] -> rendezvous(0)
        :: is_queued[1] -> rendezvous(1)
        :: !is_queued[0] && !is_queued[1] -> is_receiving = true
        fi
       }
    :: atomic {
        held != NOTHING -> /* reply */
        who = held;
        if
        :: who != NOBODY -> HOLDS(answers, call[who] == held_call); complete(who)
        :: else
        fi;
        held = NOTHING;
        who = 0
       }
    :: atomic {
        true -> /* dies: what it holds is dropped */
        is_receiving = false;
        who = held;
        held = NOTHING;
        if
        :: who < NOBODY -> complete(who)
        :: else
        fi;
        who = 0;
        break
       }
    od;
    ended++
}

/* Comes at the end at the latest: (1) no capability to the endpoint resolves, (2) who waits is told, one
   a step. */
active proctype destroyer()
{
    is_endpoint_dead = true;
    do
    :: atomic { is_queued[0] -> complete(0) }
    :: atomic { is_queued[1] -> complete(1) }
    :: atomic { is_receiving -> is_receiving = false } /* PEER_GONE */
    :: else -> break
    od;
    ended++
}

init
{
    atomic { run caller(0); run caller(1) }
    ended == CALLERS + 2; /* somebody stuck is an invalid end state */
    HOLDS(once, !is_owed[0] && !is_owed[1])
}
