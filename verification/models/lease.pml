/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases on a capability, on what was derived from one, and so on, made and destroyed in any order in
   frames that are used again, with a capability derived at the end of each.

   Properties:
     revoked  a capability no longer resolves once the target or a lease it came through is gone,
              whatever has been put into their frames since
     lasting  until then it resolves

   Bounds: 1 target, 3 frames for leases, chains of 2, 6 steps.

   Stands for:
     kernel/object/capability.c: capability_follow, capability_resolve
     kernel/object/lease.c: lease_create, lease_derived, lease_depth, lease_dismantle
     kernel/object/generic.c: call_lease
     kernel/object/endpoint.c: check_authority
     kernel/core/frames.h: frames_is_live, frames_kill */

#include "property.h"
hidden byte revoked, lasting;

#define FRAMES 4 /* 0 is the target */
#define DEPTH_MAX 2
#define STEPS 6

#define MAY_LEASE(from) (depth[from] < DEPTH_MAX)

/* Frame f holds a lease if is_live; what it leases is (target, target_epoch), itself leased unless that
   is frame 0. */
bool is_live[FRAMES];
byte epoch[FRAMES], target[FRAMES], target_epoch[FRAMES], depth[FRAMES];

/* The capability derived through the lease in frame f, 0 being the one that was there first: what it
   names, and what is true of it, whatever the kernel thinks: which frames' objects it came through, and
   whether one of them is gone. */
byte named[FRAMES], cap_epoch[FRAMES];
bool has_cap[FRAMES], is_revoked[FRAMES];
typedef chain { bool came_through[FRAMES] }
chain cap[FRAMES];

bool resolves;

#define IS_LIVE (is_live[hop] && epoch[hop] == hop_epoch && hops <= DEPTH_MAX)

/* As capability_follow: from a capability (object_, epoch_). */
inline follow(object_, epoch_)
{
    hop = object_;
    hop_epoch = epoch_;
    hops = 0;
    do
    :: IS_LIVE && hop != 0 ->
        hop_epoch = target_epoch[hop];
        hop = target[hop];
        hops++
    :: else -> break
    od;
    resolves = IS_LIVE
}

inline check_all()
{
    other = 0;
    do
    :: other == FRAMES -> break
    :: else ->
        if
        :: has_cap[other] ->
            follow(named[other], cap_epoch[other]);
            HOLDS(revoked, !is_revoked[other] || !resolves);
            HOLDS(lasting, is_revoked[other] || resolves)
        :: else
        fi;
        other++
    od;
    other = 0
}

/* Leases what the capability of frame `from` names, in frame `at`, and derives one. */
inline lease(at, from)
{
    is_live[at] = true;
    target[at] = named[from];
    target_epoch[at] = cap_epoch[from];
    depth[at] = depth[from] + 1;
    named[at] = at;
    cap_epoch[at] = epoch[at];
    has_cap[at] = true;
    is_revoked[at] = false;
    other = 0;
    do
    :: other == FRAMES -> break
    :: else -> cap[at].came_through[other] = cap[from].came_through[other] || other == at; other++
    od;
    other = 0
}

/* Destroys what is in a frame: all that came through it is revoked. */
inline destroy(at)
{
    is_live[at] = false;
    epoch[at]++;
    other = 0;
    do
    :: other == FRAMES -> break
    :: else ->
        is_revoked[other] = is_revoked[other] || cap[other].came_through[at];
        other++
    od;
    other = 0
}

active proctype holder()
{
    byte hop, hop_epoch, hops, other, at, from, steps;

    d_step { is_live[0] = true; has_cap[0] = true; cap[0].came_through[0] = true }
    do
    :: steps == STEPS -> break
    :: else ->
        select(at : 0 .. FRAMES - 1);
        select(from : 0 .. FRAMES - 1);
        steps++;
        d_step {
            follow(named[from], cap_epoch[from]);
            resolves = resolves && has_cap[from];
            if
            :: is_live[at] -> destroy(at)
            :: !is_live[at] && at != 0 && resolves && MAY_LEASE(from) -> lease(at, from)
            :: else
            fi;
            check_all();
            hop = 0; hop_epoch = 0; hops = 0; resolves = false
        }
    od
}
