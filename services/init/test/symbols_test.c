/* SPDX-License-Identifier: BSD-2-Clause */
/* A small ELF file with two functions, whole and damaged in every bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <elf.h>

#include "symbols.h"

static const char names[] = "\0kv_put\0kv_get";

struct file {
    Elf64_Ehdr header;
    Elf64_Shdr section[3];
    Elf64_Sym symbol[3];
    char names[sizeof names];
};

static struct file make_file(void)
{
    struct file file = {
        .header = {.e_shoff = offsetof(struct file, section),
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 3},
        .section = {[1] = {.sh_type = SHT_SYMTAB,
                           .sh_offset = offsetof(struct file, symbol),
                           .sh_size = sizeof file.symbol,
                           .sh_link = 2},
                    [2] = {.sh_type = SHT_STRTAB,
                           .sh_offset = offsetof(struct file, names),
                           .sh_size = sizeof names}},
        .symbol = {[1] = {.st_name = 1,
                          .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                          .st_value = 0x400000,
                          .st_size = 0x40},
                   [2] = {.st_name = 8,
                          .st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC),
                          .st_value = 0x400040,
                          .st_size = 0x10}},
    };
    memcpy(file.names, names, sizeof names);
    return file;
}

static bool find(const struct file *file, uint64_t address, struct symbol *symbol)
{
    return symbol_find((const uint8_t *)file, sizeof *file, address, symbol);
}

static void finds_the_function_around_an_address(void **state)
{
    struct file file = make_file();
    struct symbol symbol;
    (void)state;
    assert_true(find(&file, 0x40003f, &symbol));
    assert_string_equal(symbol.name, "kv_put");
    assert_int_equal(symbol.offset, 0x3f);
    assert_true(find(&file, 0x400040, &symbol));
    assert_string_equal(symbol.name, "kv_get");
    assert_int_equal(symbol.offset, 0);
    assert_false(find(&file, 0x400050, &symbol));
    assert_false(find(&file, 0, &symbol));
}

static void does_without_a_table(void **state)
{
    struct file file = make_file();
    struct symbol symbol;
    (void)state;
    file.section[1].sh_type = SHT_PROGBITS;
    assert_false(find(&file, 0x400000, &symbol));
}

static void refuses_offsets_outside_the_file(void **state)
{
    struct symbol symbol;
    (void)state;
    struct file file = make_file();
    file.header.e_shoff = UINT64_MAX - 8;
    assert_false(find(&file, 0x400000, &symbol));
    file = make_file();
    file.section[1].sh_size = UINT64_MAX;
    assert_false(find(&file, 0x400000, &symbol));
    file = make_file();
    file.section[1].sh_link = 7;
    assert_false(find(&file, 0x400000, &symbol));
    file = make_file();
    file.symbol[1].st_name = sizeof names;
    assert_false(find(&file, 0x400000, &symbol));
}

/* Each damaged copy lies in memory of its own size, so that a read outside it is seen. */
static void survives_damage(void **state)
{
    struct file file = make_file();
    struct symbol symbol;
    (void)state;
    for (size_t bit = 0; bit < sizeof file * 8; bit++) {
        uint8_t *copy = malloc(sizeof file);
        memcpy(copy, &file, sizeof file);
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (symbol_find(copy, sizeof file, 0x400000, &symbol))
            assert_true(strlen(symbol.name) < SYMBOL_NAME_MAX);
        free(copy);
    }
    for (size_t size = 0; size < sizeof file; size++) {
        uint8_t *copy = malloc(size + 1);
        memcpy(copy + 1, &file, size);
        if (symbol_find(copy + 1, size, 0x400000, &symbol))
            assert_true(strlen(symbol.name) < SYMBOL_NAME_MAX);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_function_around_an_address),
        cmocka_unit_test(does_without_a_table),
        cmocka_unit_test(refuses_offsets_outside_the_file),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
