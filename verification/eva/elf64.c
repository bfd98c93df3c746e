/* SPDX-License-Identifier: BSD-2-Clause */
/* A program file of any bytes and any size up to a MiB, then a note of what was accepted. */
#include "core/elf64.h"
#include "any.h"

#define SIZE_MAX_BYTES 0x100000u

extern uint8_t file[SIZE_MAX_BYTES];
static struct elf64_image image;

int main(void)
{
    uint64_t size = any_below(SIZE_MAX_BYTES + 1), offset;
    uint32_t bytes;
    static const uint8_t name[4] = "abc";

    if (elf64_validate(file, size, &image) != ELF64_OK)
        return 1;
    return elf64_find_note(file, &image, name, sizeof(name), 1, &offset, &bytes);
}
