/* SPDX-License-Identifier: BSD-2-Clause */
/* The two functions a compiler calls for plain assignments: words first, bytes at the end. */
#include "core/base.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *target = to;
    size_t words = size / 8, bytes = size % 8;

    __asm__ volatile("rep movsq" : "+D"(target), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *target = to;
    uint64_t word = (uint8_t)value * UINT64_C(0x0101010101010101);
    size_t words = size / 8, bytes = size % 8;

    __asm__ volatile("rep stosq" : "+D"(target), "+c"(words) : "a"(word) : "memory");
    __asm__ volatile("rep stosb" : "+D"(target), "+c"(bytes) : "a"(word) : "memory");
    return to;
}
