/* SPDX-License-Identifier: BSD-2-Clause */
/* A token bucket for each client: LIMITER_BURST entries at once, then one every LIMITER_PERIOD_NS.
   When more clients write than there are buckets, the one unused longest is handed on if it has
   filled up again; otherwise the newcomer is refused until one has. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define LIMITER_CLIENTS 64u
#define LIMITER_BURST 64u
#define LIMITER_PERIOD_NS UINT64_C(20000000)

struct bucket {
    uint64_t client;
    uint64_t full_at_ns; /* when its tokens will be LIMITER_BURST again */
    uint32_t suppressed; /* refusals since the last entry let through */
    bool is_used;
};

struct limiter {
    struct bucket bucket[LIMITER_CLIENTS];
    uint64_t refused; /* ever, of all clients */
};

/* Whether the client may write now; then `suppressed` is how often it was refused since the last
   time it could. */
bool limiter_admit(struct limiter *limiter, uint64_t client, uint64_t now_ns, uint32_t *suppressed);
