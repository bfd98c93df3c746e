/* SPDX-License-Identifier: BSD-2-Clause */
#include "sync/park.h"

#include <stddef.h>

#include "abi/object.h"
#include "signet/frames.h"
#include "signet/object.h"

#define WORD_STEP 64u /* a cache line for each thread's word */

_Static_assert(SG_THREADS_MAX *WORD_STEP <= SG_PAGE_SIZE, "one page has a word for each thread");
_Static_assert(SG_THREADS_MAX <= SG_MEMORY_WAITERS_MAX, "all may sleep at once");

static struct sg_handle memory;
static uint8_t *page;

enum sg_status park_begin(void)
{
    const uint64_t one_page[3] = {1, 0, 0};
    struct sg_owned made;
    void *address;

    if (page != NULL)
        return SG_OK;
    enum sg_status status = sg_owned_create(SG_TYPE_MEMORY, one_page, &made);
    if (status != SG_OK)
        return status;
    status = sg_map(made.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, &address);
    if (status != SG_OK) {
        (void)sg_owned_destroy(&made);
        return status;
    }
    memory = made.handle;
    page = address;
    return SG_OK;
}

static uint32_t *word_of(uint32_t index)
{
    return (uint32_t *)(page + index * WORD_STEP);
}

uint32_t park_ticket(void)
{
    return page == NULL ? 0 : __atomic_load_n(word_of(sg_thread_number()), __ATOMIC_SEQ_CST);
}

enum sg_status park(uint32_t ticket, uint64_t deadline_ns)
{
    enum sg_status status;

    do {
        if (page == NULL)
            return SG_PEER_GONE; /* there is nobody else who could wake it */
        status = sg_futex_wait(memory, sg_thread_number() * WORD_STEP, ticket, deadline_ns);
    } while (status == SG_OK && park_ticket() == ticket);
    return status == SG_CHANGED ? SG_OK : status;
}

static void unpark(uint32_t index)
{
    uint32_t woken;

    __atomic_add_fetch(word_of(index), 1, __ATOMIC_SEQ_CST);
    /* Nobody sleeps there when the waiter has not parked yet; it will not. */
    (void)sg_futex_wake(memory, index * WORD_STEP, 1, &woken);
}

uint64_t park_bit(void)
{
    return UINT64_C(1) << sg_thread_number();
}

uint64_t park_choose(uint64_t set)
{
    uint64_t after = set & ~(park_bit() | (park_bit() - 1));
    uint64_t from = after != 0 ? after : set;

    return from & -from;
}

void park_wake(uint64_t set)
{
    for (; set != 0; set &= set - 1)
        unpark((uint32_t)__builtin_ctzll(set));
}
