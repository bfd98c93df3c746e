/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks an address up in an ELF file's own symbol table. The file is outside bytes: every offset is
   checked, and a damaged table only means that nothing is found. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOL_NAME_MAX 48u

struct symbol {
    char name[SYMBOL_NAME_MAX]; /* cut off when longer */
    uint64_t offset;            /* of the address in the function */
};

/* The function that contains `address`; false when there is none. */
bool symbol_find(const uint8_t *file, size_t size, uint64_t address, struct symbol *symbol);
