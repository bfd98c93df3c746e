/* SPDX-License-Identifier: BSD-2-Clause */
/* The emergency console: the first serial port, polled, at 115200 8N1. For boot and panic only; a
   port that never gets ready is waited for briefly and then written to all the same. */
#pragma once

#include <stdarg.h>

#include "core/base.h"

void console_init(void);

/* As printf does, but it knows these only: %s, %u, %lu, and %lx, which always has 16 digits. */
void console_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with the arguments in a list, which is used up. */
void console_print_list(const char *format, va_list arguments);
