/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fuzz_is_replay;

void fuzz_failed(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

uint8_t *fuzz_exact(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size);

    FUZZ_EXPECT(exact != NULL || size == 0, "no memory for an input of %zu bytes", size);
    if (size != 0)
        memcpy(exact, bytes, size);
    return exact;
}

void fuzz_free(uint8_t *exact)
{
    free(exact);
}
