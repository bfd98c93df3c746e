/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients that are told once a period. Each holds one place and one capability, and has one call in
   flight at most: a tick that is due while the one before is not answered is counted as missed. States
   of a place, and what leaves them:

     FREE     ticks_begin                              -> TICKING
     TICKING  a call that failed                       -> FREE
              ticks_end, or ticks_begin by its client  -> FREE, or ENDING if a call is in flight
     ENDING   the call is cancelled and has completed  -> FREE */
#pragma once

#include "clock/v1/clock.rpc.h"

#include <stdbool.h>

#define TICKS_CLIENTS_MAX 8u
#define TICKS_PERIOD_MIN_NS UINT64_C(1000000)

struct tick_wish {
    uint64_t client; /* badge */
    uint64_t period_ns;
    struct sg_handle events; /* the clock's own from now on */
};

/* Tells a client, and not in the way it was told before; false when there is no place. */
bool ticks_begin(struct sg_loop *loop, struct sg_handle cpu, const struct tick_wish *wish);

/* Tells a client no more. */
void ticks_end(uint64_t client);

/* How many periods have gone by since the tick of `due_ns`, that one included. */
static inline uint64_t ticks_elapsed(uint64_t due_ns, uint64_t now_ns, uint64_t period_ns)
{
    return now_ns < due_ns ? 0 : (now_ns - due_ns) / period_ns + 1;
}
