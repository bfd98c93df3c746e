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

/* The last function that starts at or below an offset, or count. */
static uint32_t find(uint32_t offset, uint32_t count)
{
    uint32_t found = count;

    for (uint32_t i = 0; i < count && symbols_space[1 + i] <= offset; i++)
        found = i;
    return found;
}

static const char *name_of(uint32_t index, uint32_t count)
{
    const char *name = (const char *)(uintptr_t)(symbols_space + 1 + count);

    for (uint32_t i = 0; i < index; i++) {
        while (*name != 0)
            name++;
        name++;
    }
    return name;
}

void symbols_print(uint64_t address)
{
    uint32_t count = symbols_space[0];
    uint32_t offset = (uint32_t)(address - (uint64_t)code_start);
    uint32_t index;

    if (!symbols_is_code(address))
        return;
    index = find(offset, count);
    if (index == count)
        return;
    console_text(" ");
    console_text(name_of(index, count));
    console_text("+");
    console_decimal(offset - symbols_space[1 + index]);
}
