/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/time.h"

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

RARELY uint64_t time_by_weight(uint64_t ran_ns, uint32_t weight, uint32_t *rest)
{
    uint64_t left = ran_ns % weight * SG_WEIGHT_DEFAULT + *rest;

    *rest = (uint32_t)(left % weight);
    return time_add(multiply(ran_ns / weight, SG_WEIGHT_DEFAULT), left / weight);
}
