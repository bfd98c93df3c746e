/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from elsewhere, made safe to show: what is not a printable code point becomes \xNN. */
#pragma once

#include <stddef.h>

#define PLAIN_BYTES_MAX 4u /* written for one byte of input */

/* Whether a line feed ends a line, as carriage return and line feed, or is a byte like others. */
enum plain_breaks { PLAIN_BREAKS, PLAIN_ONE_LINE };

/* Converts the beginning of `bytes` into `plain`, up to `size` bytes; returns how much it took and
   how much it wrote. */
struct plain_step {
    size_t taken;
    size_t written;
};
struct plain_step plain_text(const char *bytes, size_t count, enum plain_breaks breaks, char *plain,
                             size_t size);
