/* SPDX-License-Identifier: BSD-2-Clause */
/* Holder and waiters stand in one word, so that giving the mutex back is one step: from then on it
   may be gone, with the memory it lay in. */
#include "signet/object.h"
#include "signet/sync.h"

#include "sync/park.h"

#define HELD (UINT64_C(1) << SG_THREADS_MAX)

_Static_assert(SG_THREADS_MAX == 63, "a bit for each thread, and one for the mutex");

int sg_mutex_try(struct sg_mutex *mutex)
{
    return !(__atomic_fetch_or(&mutex->state, HELD, __ATOMIC_SEQ_CST) & HELD);
}

void sg_mutex_lock(struct sg_mutex *mutex)
{
    if (sg_mutex_try(mutex))
        return;
    uint64_t self = park_bit();
    for (;;) {
        uint32_t ticket = park_ticket();
        if (!(__atomic_fetch_or(&mutex->state, HELD | self, __ATOMIC_SEQ_CST) & HELD))
            break;
        if (park(ticket, SG_FOREVER) != SG_OK)
            sg_thread_yield();
    }
    __atomic_fetch_and(&mutex->state, ~self, __ATOMIC_SEQ_CST);
}

void sg_mutex_unlock(struct sg_mutex *mutex)
{
    uint64_t state = __atomic_load_n(&mutex->state, __ATOMIC_SEQ_CST), next;

    do {
        next = state & ~HELD;
        if (next != 0)
            next &= ~park_choose(next);
    } while (!__atomic_compare_exchange_n(&mutex->state, &state, next, 0, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    park_wake(state & ~HELD & ~next);
}
