/* SPDX-License-Identifier: BSD-2-Clause */
/* The table: count, then count offsets from code_start in ascending order, then as many names, each ending with a
   0 byte. All zero when the image was not completed by symbols.py. */
#include "arch/x86_64/symbols.h"

#include "arch/x86_64/console.h"

#define SPACE_WORDS 6144u

const volatile uint32_t symbols_space[SPACE_WORDS]
    __attribute__((section(".rodata.symbols"), used)) = {0};

extern const uint8_t code_start[], text_end[];

bool symbols_is_code(uint64_t address)
{
    return address >= (uint64_t)code_start && address < (uint64_t)text_end;
}

void symbols_print(uint64_t address)
{
    uint32_t count = symbols_space[0];
    uint32_t offset = (uint32_t)(address - (uint64_t)code_start);
    const char *name = (const char *)(uintptr_t)(symbols_space + 1 + count);
    const char *found = name;
    uint32_t i;

    for (i = 0; i < count && symbols_space[1 + i] <= offset; i++) {
        found = name;
        while (*name++ != 0)
            ;
    }
    if (i != 0 && symbols_is_code(address))
        console_print(" %s+%u", found, offset - symbols_space[i]);
}
