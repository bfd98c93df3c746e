/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from elsewhere, made safe to show: what is not a printable code point becomes \xNN. */
#pragma once

#include <stddef.h>

#define PLAIN_BYTES_MAX 4u /* written for one byte of input */

/* Converts the beginning of `bytes` into `plain`, up to `size` bytes; returns how much it took and how
   much it wrote. Line feeds become carriage return and line feed. */
struct plain_step {
    size_t taken;
    size_t written;
};
struct plain_step plain_text(const char *bytes, size_t count, char *plain, size_t size);
