/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the kernel's functions, put into the linked image by symbols.py. */
#pragma once

#include "core/base.h"

/* Whether an address lies in the kernel's code. */
bool symbols_is_code(uint64_t address);

/* Prints " name+0xoffset" for an address in a function of the table, else nothing. */
void symbols_print(uint64_t address);
