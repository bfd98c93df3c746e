/* SPDX-License-Identifier: BSD-2-Clause */
#include "limiter.h"

/* The client's bucket, else a free one, else the one that filled up first. */
static struct bucket *choose(struct limiter *limiter, uint64_t client)
{
    struct bucket *best = &limiter->bucket[0];

    for (uint32_t i = 0; i < LIMITER_CLIENTS; i++) {
        struct bucket *bucket = &limiter->bucket[i];

        if (bucket->is_used && bucket->client == client)
            return bucket;
        if (best->is_used && (!bucket->is_used || bucket->full_at_ns < best->full_at_ns))
            best = bucket;
    }
    return best;
}

static bool take(struct bucket *bucket, uint64_t now_ns)
{
    uint64_t from = bucket->full_at_ns > now_ns ? bucket->full_at_ns : now_ns;

    if (from - now_ns > (LIMITER_BURST - 1) * LIMITER_PERIOD_NS)
        return false;
    bucket->full_at_ns = from + LIMITER_PERIOD_NS;
    return true;
}

static bool is_mine(const struct bucket *bucket, uint64_t client)
{
    return bucket->is_used && bucket->client == client;
}

bool limiter_admit(struct limiter *limiter, uint64_t client, uint64_t now_ns, uint32_t *suppressed)
{
    struct bucket *bucket = choose(limiter, client);

    if (!is_mine(bucket, client)) {
        if (bucket->is_used && bucket->full_at_ns > now_ns) {
            limiter->refused++;
            return false;
        }
        *bucket = (struct bucket){.client = client, .is_used = true};
    }
    if (!take(bucket, now_ns)) {
        bucket->suppressed += bucket->suppressed < UINT32_MAX;
        limiter->refused++;
        return false;
    }
    *suppressed = bucket->suppressed;
    bucket->suppressed = 0;
    return true;
}
