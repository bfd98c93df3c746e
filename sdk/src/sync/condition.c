/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/sync.h"

#include "sync/park.h"

static uint64_t load(const struct sg_waiters *waiters)
{
    return __atomic_load_n(&waiters->set, __ATOMIC_SEQ_CST);
}

/* Takes threads out of the set; those that were still in it. */
static uint64_t take(struct sg_waiters *waiters, uint64_t threads)
{
    return __atomic_fetch_and(&waiters->set, ~threads, __ATOMIC_SEQ_CST) & threads;
}

/* Sleeps until a waker has taken the calling thread out of the set. */
static enum sg_status wait(struct sg_waiters *waiters, uint32_t ticket, uint64_t deadline_ns)
{
    while (load(waiters) & park_bit()) {
        enum sg_status status = park(ticket, deadline_ns);
        if (status != SG_OK)
            return take(waiters, park_bit()) ? status : SG_OK;
        ticket = park_ticket();
    }
    return SG_OK;
}

enum sg_status sg_condition_wait(struct sg_condition *condition, struct sg_mutex *mutex,
                                 uint64_t deadline_ns)
{
    uint32_t ticket = park_ticket();

    __atomic_fetch_or(&condition->waiters.set, park_bit(), __ATOMIC_SEQ_CST);
    sg_mutex_unlock(mutex);
    enum sg_status status = wait(&condition->waiters, ticket, deadline_ns);
    sg_mutex_lock(mutex);
    return status;
}

void sg_condition_signal(struct sg_condition *condition)
{
    uint64_t chosen, taken;

    do {
        chosen = park_choose(load(&condition->waiters));
        taken = take(&condition->waiters, chosen);
    } while (chosen != taken);
    park_wake(taken);
}

void sg_condition_broadcast(struct sg_condition *condition)
{
    park_wake(take(&condition->waiters, UINT64_MAX));
}
