/* SPDX-License-Identifier: BSD-2-Clause */
/* What nobody knows, for EVA: every value at once. Memory that is declared extern is such too. */
#pragma once

#include <stddef.h>
#include <stdint.h>

extern volatile uint64_t unknown;

static inline uint32_t any_below(uint32_t limit)
{
    return (uint32_t)(unknown % limit);
}
