/* SPDX-License-Identifier: BSD-2-Clause */
/* A memory of a head and a body, its destruction in steps by two who may, each with the lock released in
   between, while others map it, wait at it, and make a new object of whatever of its frames is free.
   Each step is one hold of the kernel lock.

   Properties:
     own_object       a capability reaches only the object it was made for
     own_destruction  only who could destroy an object resumes its destruction
     whole            an object that can be reached has all its frames
     unused           nothing is mapped or waited at when a frame is used again
     ends             every destruction ends, and nobody waits at what is gone

   Bounds: 3 objects one after the other in the same 2 frames, 3 who destroy, 2 who use, 2 mappings.

   Stands for:
     kernel/object/destroy.c: object_destroy
     kernel/object/memory.c: memory_dismantle, memory_wait
     kernel/object/generic.c: generic_resume_destroy, names_dying
     kernel/object/capability.c: capability_follow
     kernel/core/frames.h: frames_is_live, frames_kill, frames_release_body, frames_release_head,
       frames_claim, frames_extend, frames_check */

#include "property.h"
hidden byte own_object, own_destruction, whole, unused;

#define OBJECTS 3 /* one after the other in the same frames */
#define MAPPINGS 2
#define NOBODY 255

bool has_head, has_body, is_dying;
byte epoch;
byte cap[OBJECTS];  /* a capability names an object by the frame's epoch when it was made */
byte made;          /* objects so far; the last is, or was, the one in these frames */
byte mapped;        /* regions, all of what is there */
byte waits = NOBODY; /* for which object somebody waits */
byte ended;

#define RESOLVES(cap) (has_head && epoch == (cap))
#define RESUMES(cap) (has_head && is_dying && epoch == (cap) + 1)

inline destroy_step()
{
    if
    :: !is_dying ->
        is_dying = true; /* (1) */
        epoch++
    :: else
    fi;
    waits = NOBODY;
    if
    :: mapped != 0 -> mapped-- /* (2), some regions a step */
    :: mapped == 0 && has_body -> has_body = false /* (3) */
    :: mapped == 0 && !has_body ->
        has_head = false;
        is_dying = false;
    fi
}

/* Destroys one of the objects, by a capability that it keeps. */
proctype destroyer(byte mine)
{
    made > mine;
    do
    :: atomic {
        RESOLVES(cap[mine]) || RESUMES(cap[mine]) ->
        HOLDS(own_destruction, made == mine + 1);
        destroy_step()
       }
    :: atomic { !RESOLVES(cap[mine]) && !RESUMES(cap[mine]) -> break }
    od;
    ended++
}

proctype user(byte mine)
{
    made > mine;
    do
    :: atomic {
        RESOLVES(cap[mine]) && mapped < MAPPINGS ->
        HOLDS(own_object, made == mine + 1);
        HOLDS(whole, has_body);
        mapped++
       }
    :: atomic { RESOLVES(cap[mine]) && mapped != 0 -> mapped-- }
    :: atomic { RESOLVES(cap[mine]) -> waits = mine }
        waits != mine
    :: atomic { !RESOLVES(cap[mine]) -> break }
    od;
    ended++
}

/* Makes one object after the other, as soon as all their frames are free. */
active proctype maker()
{
    do
    :: atomic {
        made < OBJECTS && !has_head && !has_body ->
        HOLDS(unused, mapped == 0 && waits == NOBODY);
        cap[made] = epoch;
        made++;
        has_head = true;
        has_body = true
       }
    :: made == OBJECTS -> break
    od
}

/* Another object is made of the body's frame alone. */
active proctype taker()
{
end:
    atomic { made > 0 && !has_body -> HOLDS(unused, mapped == 0 && waits == NOBODY) }
}

init
{
    atomic { run destroyer(0); run destroyer(0); run destroyer(1); run user(0); run user(1) }
    ended == 5
}
