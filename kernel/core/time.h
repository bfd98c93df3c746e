/* SPDX-License-Identifier: BSD-2-Clause */
/* Exact arithmetic on ticks and nanoseconds without 128-bit types; everything saturates. */
#pragma once

#include "abi/object.h"
#include "core/base.h"

/* a + b, at most UINT64_MAX. */
/*@ assigns \nothing;
    ensures \result == \min(a + b, UINT64_MAX);
*/
MUST_USE static inline uint64_t time_add(uint64_t a, uint64_t b)
{
    return a <= UINT64_MAX - b ? a + b : UINT64_MAX;
}

/* a - b, at least 0. */
/*@ assigns \nothing;
    ensures \result == \max(a - b, 0);
*/
MUST_USE static inline uint64_t time_subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Length of a time slice for a weight: weight * slice_ns / SG_WEIGHT_DEFAULT, at least 1. */
/*@ assigns \nothing;
    ensures positive: \result >= 1;
    ensures floor: \result == 1 || \result * SG_WEIGHT_DEFAULT <= weight * slice_ns;
    ensures exact: \result < UINT64_MAX ==>
      weight * slice_ns < (\result + 1) * SG_WEIGHT_DEFAULT;
*/
MUST_USE uint64_t time_slice_ns(uint32_t weight, uint64_t slice_ns);

/* What a time counts for a weight: ran_ns * SG_WEIGHT_DEFAULT / weight, or UINT64_MAX if it is more;
   what the division leaves is kept in *rest for the next time, so that nothing is ever lost. */
/*@ requires \valid(rest) && 1 <= weight <= SG_WEIGHT_MAX && *rest < weight;
    assigns *rest;
    ensures rest_is_small: *rest < weight;
    ensures exact: \result < UINT64_MAX ==>
      \result * weight + *rest == ran_ns * SG_WEIGHT_DEFAULT + \old(*rest);
*/
MUST_USE uint64_t time_by_weight(uint64_t ran_ns, uint32_t weight, uint32_t *rest);
