/* SPDX-License-Identifier: BSD-2-Clause */
/* Memories of init's that no hostile process may write. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CANARY_PAGES 8u

/* Fills a memory of CANARY_PAGES, by its handle in init. */
void canary_fill(uint64_t memory);

/* Whether it is as it was filled, in a part that `step` chooses: all of it, over several steps. */
bool canary_is_whole(uint64_t memory, uint32_t step);
