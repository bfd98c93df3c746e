/* SPDX-License-Identifier: BSD-2-Clause */
#include "plain.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static size_t utf8_length(uint8_t first)
{
    if (first >= 0x20 && first < 0x7f)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates, numbers past U+10FFFF and the C1 controls are refused. */
static bool second_is_allowed(uint8_t first, uint8_t second)
{
    uint8_t least = first == 0xc2 || first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return second >= least && second <= most;
}

/* Length of the printable code point at the beginning, 0 when there is none. */
static size_t printable_length(const char *bytes, size_t count)
{
    size_t length = utf8_length((uint8_t)bytes[0]);

    if (length <= 1)
        return length;
    if (length > count || !second_is_allowed((uint8_t)bytes[0], (uint8_t)bytes[1]))
        return 0;
    for (size_t i = 2; i < length; i++)
        if (((uint8_t)bytes[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

struct plain_step plain_text(const char *bytes, size_t count, enum plain_breaks breaks, char *plain,
                             size_t size)
{
    struct plain_step step = {0, 0};

    while (step.taken < count && size - step.written >= PLAIN_BYTES_MAX + 1) {
        const char *from = bytes + step.taken;
        size_t length = printable_length(from, count - step.taken);

        if (length > 0) {
            memcpy(plain + step.written, from, length);
            step.written += length;
            step.taken += length;
            continue;
        }
        if (*from == '\n' && breaks == PLAIN_BREAKS)
            step.written += (size_t)snprintf(plain + step.written, 3, "\r\n");
        else
            step.written += (size_t)snprintf(plain + step.written, PLAIN_BYTES_MAX + 1, "\\x%02x",
                                             (uint8_t)*from);
        step.taken++;
    }
    return step;
}
