/* SPDX-License-Identifier: BSD-2-Clause */
/* A process of the host has one thread: nothing is ever contended, and who would sleep waits for
   somebody that does not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/park.h"

uint32_t sg_thread_number(void)
{
    return 0;
}

enum sg_status park_begin(void)
{
    return SG_LIMIT;
}

uint32_t park_ticket(void)
{
    return 0;
}

enum sg_status park(uint32_t ticket, uint64_t deadline_ns)
{
    (void)ticket;
    (void)deadline_ns;
    fail_msg("found a wait for another thread, expected none: the host kit has one");
    return SG_PEER_GONE;
}

uint64_t park_bit(void)
{
    return 1;
}

uint64_t park_choose(uint64_t set)
{
    return set;
}

void park_wake(uint64_t set)
{
    assert_int_equal(set, 0);
}
