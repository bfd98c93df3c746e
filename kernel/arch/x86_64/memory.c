/* SPDX-License-Identifier: BSD-2-Clause */
/* The two functions a compiler calls for plain assignments. Words first, bytes at the end: string
   instructions are slow for short ranges. */
#include "core/base.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

/* Words at any alignment, which may alias anything. */
struct word {
    uint64_t value;
} __attribute__((packed, may_alias));

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    for (; size >= sizeof(struct word); size -= sizeof(struct word)) {
        *(struct word *)target = *(const struct word *)source;
        target += sizeof(struct word);
        source += sizeof(struct word);
    }
    while (size-- > 0)
        *target++ = *source++;
    return to;
}

void *memset(void *to, int value, size_t size)
{
    uint8_t *target = to;
    struct word word = {(uint8_t)value * UINT64_C(0x0101010101010101)};

    for (; size >= sizeof(struct word); size -= sizeof(struct word)) {
        *(struct word *)target = word;
        target += sizeof(struct word);
    }
    while (size-- > 0)
        *target++ = (uint8_t)value;
    return to;
}
