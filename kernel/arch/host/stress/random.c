/* SPDX-License-Identifier: BSD-2-Clause */
/* Where picks come from: a sequence of pseudo-random numbers. */
#include "choose.h"

static uint64_t random_state;

void random_start(uint64_t seed)
{
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint32_t pick(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % below);
}
