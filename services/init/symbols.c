/* SPDX-License-Identifier: BSD-2-Clause */
#include "symbols.h"

#include <string.h>

/* What is read of the ELF64 format: field offsets, little-endian. */
#define HEADER_BYTES 64u
#define HEADER_SECTIONS 40u /* e_shoff */
#define HEADER_SECTION_SIZE 58u
#define HEADER_SECTION_COUNT 60u
#define SECTION_BYTES 64u
#define SECTION_TYPE 4u
#define SECTION_OFFSET 24u
#define SECTION_SIZE 32u
#define SECTION_LINK 40u
#define SECTION_TYPE_SYMBOLS 2u
#define SYMBOL_BYTES 24u
#define SYMBOL_INFO 4u
#define SYMBOL_VALUE 8u
#define SYMBOL_SIZE 16u
#define SYMBOL_TYPE_FUNCTION 2u

struct bytes {
    const uint8_t *start;
    size_t size;
};

static uint64_t read_number(const uint8_t *from, uint32_t width)
{
    uint64_t value = 0;
    for (uint32_t i = width; i > 0; i--)
        value = value << 8 | from[i - 1];
    return value;
}

/* The bytes [offset, offset + size) of a file, if it has them. */
static bool slice(struct bytes file, uint64_t offset, uint64_t size, struct bytes *part)
{
    if (offset > file.size || size > file.size - offset)
        return false;
    *part = (struct bytes){file.start + offset, (size_t)size};
    return true;
}

static bool section_header(struct bytes file, uint64_t index, struct bytes *header)
{
    if (file.size < HEADER_BYTES)
        return false;
    uint64_t table = read_number(file.start + HEADER_SECTIONS, 8);
    uint64_t count = read_number(file.start + HEADER_SECTION_COUNT, 2);
    uint64_t size = read_number(file.start + HEADER_SECTION_SIZE, 2);
    if (index >= count || size != SECTION_BYTES || table > file.size)
        return false;
    return slice(file, table + index * SECTION_BYTES, SECTION_BYTES, header);
}

static bool section_bytes(struct bytes file, struct bytes header, struct bytes *content)
{
    return slice(file, read_number(header.start + SECTION_OFFSET, 8),
                 read_number(header.start + SECTION_SIZE, 8), content);
}

/* Finds the symbol table and the names that belong to it. */
static bool find_tables(struct bytes file, struct bytes *symbols, struct bytes *names)
{
    struct bytes header, name_header;
    for (uint64_t i = 0; section_header(file, i, &header); i++) {
        if (read_number(header.start + SECTION_TYPE, 4) != SECTION_TYPE_SYMBOLS)
            continue;
        return section_bytes(file, header, symbols) &&
               section_header(file, read_number(header.start + SECTION_LINK, 4), &name_header) &&
               section_bytes(file, name_header, names);
    }
    return false;
}

static bool contains(const uint8_t *entry, uint64_t address)
{
    uint64_t value = read_number(entry + SYMBOL_VALUE, 8);
    uint64_t size = read_number(entry + SYMBOL_SIZE, 8);
    return (entry[SYMBOL_INFO] & 0xf) == SYMBOL_TYPE_FUNCTION && address >= value &&
           address - value < size;
}

static bool copy_name(struct bytes names, uint64_t offset, struct symbol *symbol)
{
    struct bytes rest;
    if (offset >= names.size || !slice(names, offset, names.size - offset, &rest))
        return false;
    size_t length = 0;
    while (length < SYMBOL_NAME_MAX - 1 && length < rest.size && rest.start[length] > ' ' &&
           rest.start[length] < 0x7f)
        length++;
    memcpy(symbol->name, rest.start, length);
    symbol->name[length] = '\0';
    return length > 0;
}

bool symbol_find(const uint8_t *file, size_t size, uint64_t address, struct symbol *symbol)
{
    struct bytes symbols, names;
    if (!find_tables((struct bytes){file, size}, &symbols, &names))
        return false;
    for (size_t i = 0; symbols.size - i >= SYMBOL_BYTES; i += SYMBOL_BYTES) {
        const uint8_t *entry = symbols.start + i;
        if (contains(entry, address) && copy_name(names, read_number(entry, 4), symbol)) {
            symbol->offset = address - read_number(entry + SYMBOL_VALUE, 8);
            return true;
        }
    }
    return false;
}
