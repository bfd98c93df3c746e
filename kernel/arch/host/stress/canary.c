/* SPDX-License-Identifier: BSD-2-Clause */
#include "canary.h"

#include "fixture.h"

#define CANARY UINT64_C(0x7e57ab1e0ddba115)
#define STRIDE 331u /* words between two that are looked at */
#define WORDS (CANARY_PAGES * PAGE_SIZE / sizeof(uint64_t))

void canary_fill(uint64_t memory)
{
    uint64_t *word = arch_frame_pointer(fixture_object(fixture.init, memory) + 1);

    for (uint32_t i = 0; i < WORDS; i++)
        word[i] = CANARY;
}

bool canary_is_whole(uint64_t memory, uint32_t step)
{
    const uint64_t *word = arch_frame_pointer(fixture_object(fixture.init, memory) + 1);

    for (uint32_t i = step % STRIDE; i < WORDS; i += STRIDE)
        if (word[i] != CANARY)
            return false;
    return true;
}
