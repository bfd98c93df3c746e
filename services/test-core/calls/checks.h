/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of checks, and what they share: one loop, CALLS calls in flight on it, and a count of
   everything that could leak. */
#pragma once

#include "hold/v1/hold.rpc.h"

#define CALLS 64u
#define SECOND_NS UINT64_C(1000000000)

void checks_begin(void);

void check_flight(void);
void check_cancel(void);
void check_capabilities(void);
void check_relay(void);
void check_deaths(void);

/* The loop on which everything happens. */
struct sg_loop *checks_loop(void);

/* How calls started here have ended, since flight_start. */
struct tally {
    uint32_t started;
    uint32_t done; /* times that done was called */
    uint32_t answered, cancelled, timed_out, gone, other;
    uint32_t twice; /* calls of which it was called more than once */
};
extern struct tally tally;

/* What goes with each call. */
struct extras {
    uint64_t deadline_ns;         /* 0: none */
    struct sg_handle memory;      /* none: not sent */
    const struct sg_owned *offer; /* an events capability of its own for each; NULL: not sent */
};

/* Starts `count` calls of Wait, CALLS at most. */
void flight_start(struct sg_handle service, uint32_t count, const struct extras *extras);
/* Cancels all of them that are in flight. */
void flight_cancel(void);
/* Steps until all have completed, or far too much time has passed. */
void flight_land(void);
/* Steps until the server holds so many; what it says then. */
signet_hold_v1_StateReply flight_wait_held(struct sg_handle service, uint32_t held);
/* Has the server answer so many of those it holds. */
uint32_t flight_release(struct sg_handle service, uint32_t count);

/* What there is of everything, in this process, in a server of the manifest, and in the system as the
   shell's `mem` and `caps` tell it. */
struct ledger {
    uint64_t own_slots, own_frames, own_in_flight, own_arena;
    uint64_t server_slots, server_frames, server_owed;
    uint64_t system_free_kib, system_used_kib;
    uint32_t own_caps, server_caps;
};
struct ledger ledger_read(struct sg_handle service, const char *process);
/* One check a figure. */
void ledger_compare(const char *name, const struct ledger *before, const struct ledger *after);
