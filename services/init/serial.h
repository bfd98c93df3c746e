/* SPDX-License-Identifier: BSD-2-Clause */
/* Polled output on the first serial port, until the process that drives it starts. */
#pragma once

#include <signet/startup.h>

#define SERIAL_PORT 0x3f8u
#define SERIAL_PORT_COUNT 8u

/* Writes text; a newline becomes carriage return and newline. */
void serial_write(const struct sg_bootinfo *boot, const char *text);
