/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/time.h"

#define HALF UINT64_C(0x100000000)

uint64_t time_scale(uint64_t ticks, uint64_t numerator)
{
    uint64_t ticks_high = ticks / HALF;
    uint64_t ticks_low = ticks % HALF;
    uint64_t high = numerator / HALF;
    uint64_t low = numerator % HALF;

    if (ticks_high * high >= HALF)
        return UINT64_MAX;
    return time_add(time_add(ticks_high * high * HALF, ticks_high * low),
                    time_add(ticks_low * high, ticks_low * low / HALF));
}

/* a * b, at most UINT64_MAX. */
/*@ assigns \nothing;
    ensures \result == \min(a * b, UINT64_MAX);
*/
static uint64_t multiply(uint64_t a, uint32_t b)
{
    return b == 0 || a <= UINT64_MAX / b ? a * b : UINT64_MAX;
}

uint64_t time_slice_ns(uint32_t weight, uint64_t slice_ns)
{
    uint64_t whole = multiply(slice_ns / SG_WEIGHT_DEFAULT, weight);
    uint64_t rest = slice_ns % SG_WEIGHT_DEFAULT * weight / SG_WEIGHT_DEFAULT;
    uint64_t length = time_add(whole, rest);

    return length == 0 ? 1 : length;
}

uint64_t time_by_weight(uint64_t ran_ns, uint32_t weight, uint32_t *rest)
{
    uint64_t left = ran_ns % weight * SG_WEIGHT_DEFAULT + *rest;

    *rest = (uint32_t)(left % weight);
    return time_add(multiply(ran_ns / weight, SG_WEIGHT_DEFAULT), left / weight);
}
