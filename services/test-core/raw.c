/* SPDX-License-Identifier: BSD-2-Clause */
#include "raw.h"

#include <string.h>

#define CONTROL_WORD UINT16_C(0x37f) /* of the FPU: no exceptions */
#define TAGS_FULL UINT8_C(0xff)      /* every place of its stack is used */
#define MXCSR UINT32_C(0x1f80)       /* no exceptions */
#define REGISTERS_AT 32u
#define X87_REGISTERS 8u

/* As the kernel's addresses are: bits 47 to 63 are set, and not all below. */
static int is_of_kernel(uint64_t word)
{
    return word >> 47 == 0x1ffff && word != UINT64_MAX && (uint32_t)word != UINT32_MAX;
}

uint32_t raw_leaks(const void *words, uint32_t count)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t word;

        memcpy(&word, (const uint8_t *)words + i * sizeof word, sizeof word);
        found += word == RAW_SECRET || is_of_kernel(word);
    }
    return found;
}

void raw_fill(struct raw *raw, uint64_t value)
{
    const uint16_t control = CONTROL_WORD;
    const uint32_t mxcsr = MXCSR;

    memset(raw->vector, 0, sizeof raw->vector);
    memcpy(raw->vector, &control, sizeof control);
    raw->vector[4] = TAGS_FULL;
    memcpy(raw->vector + 24, &mxcsr, sizeof mxcsr);
    for (uint32_t i = REGISTERS_AT; i < RAW_VECTOR_USED; i += sizeof value)
        memcpy(raw->vector + i, &value, sizeof value);
    for (uint32_t i = 0; i < X87_REGISTERS; i++) /* ten bytes of sixteen */
        memset(raw->vector + REGISTERS_AT + 16 * i + 10, 0, 6);
    for (uint32_t i = 0; i < RAW_REGISTERS; i++)
        raw->word[i] = value;
}

bool raw_keeps(uint64_t value, uint64_t turns)
{
    _Alignas(16) static uint8_t vector[2][RAW_VECTOR_BYTES];
    static struct raw raw;

    raw_fill(&raw, value);
    memcpy(vector[0], raw.vector, sizeof vector[0]);
    return raw_hold(vector, value, turns) == 0 &&
           memcmp(vector[0] + REGISTERS_AT, vector[1] + REGISTERS_AT,
                  RAW_VECTOR_USED - REGISTERS_AT) == 0;
}
