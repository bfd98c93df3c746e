/* SPDX-License-Identifier: BSD-2-Clause */
/* The emergency console: the first serial port, polled, at 115200 8N1. For boot and panic only; a
   port that never gets ready is waited for briefly and then written to all the same. */
#pragma once

#include "core/base.h"

void console_init(void);
void console_text(const char *text);
void console_decimal(uint64_t value);
void console_hex(uint64_t value);
