/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader says about a file. The validator is proved; here are its words and the note. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/boot.h"
#include "signet/elf.h"

#define CODE_ADDRESS UINT64_C(0x400000)

struct file {
    struct {
        uint8_t ident[16];
        uint16_t type, machine;
        uint32_t version;
        uint64_t entry, segments_at, sections_at;
        uint32_t flags;
        uint16_t header_size, segment_size, segment_count, section_size, section_count, names;
    } header;
    struct segment {
        uint32_t type, flags;
        uint64_t offset, address, physical, file_size, memory_size, alignment;
    } segment[2];
    struct {
        uint32_t name_size, descriptor_size, type;
        char name[8];
        struct sg_abi_note abi;
    } note;
};

_Static_assert(sizeof(((struct file *)0)->header) == 64, "ELF");
_Static_assert(sizeof(struct segment) == 56, "ELF");

static struct file file;
static struct sg_elf_program program;

static int setup(void **state)
{
    (void)state;
    file = (struct file){
        .header = {.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
                   .type = 2,
                   .machine = 62,
                   .version = 1,
                   .entry = CODE_ADDRESS,
                   .segments_at = 64,
                   .header_size = 64,
                   .segment_size = 56,
                   .segment_count = 2},
        .segment = {{.type = 1,
                     .flags = 5,
                     .address = CODE_ADDRESS,
                     .file_size = sizeof file,
                     .memory_size = 5000,
                     .alignment = 4096},
                    {.type = 4,
                     .flags = 4,
                     .offset = offsetof(struct file, note),
                     .file_size = sizeof file.note,
                     .memory_size = sizeof file.note}},
        .note = {7, 4, SG_NOTE_ABI, SG_NOTE_NAME, {SG_ABI_MAJOR, SG_ABI_MINOR}},
    };
    return 0;
}

static void refused(const char *expected)
{
    assert_int_equal(sg_elf_check(&file, sizeof file, &program), SG_BAD_ARGUMENT);
    assert_string_equal(program.message, expected);
}

static void refused_version(void)
{
    char expected[SG_ELF_MESSAGE_MAX];

    snprintf(expected, sizeof expected, "found ABI version %u.%u, expected %u.0 to %u.%u",
             file.note.abi.major, file.note.abi.minor, SG_ABI_MAJOR, SG_ABI_MAJOR, SG_ABI_MINOR);
    refused(expected);
}

static void accepts_a_program(void **state)
{
    (void)state;
    assert_int_equal(sg_elf_check(&file, sizeof file, &program), SG_OK);
    assert_int_equal(program.image.entry, CODE_ADDRESS);
    assert_int_equal(sg_elf_end(&program), CODE_ADDRESS + 2 * 4096);
    assert_int_equal(sg_elf_frames(&program), 3);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    file.segment[0].flags = 7;
    refused("ELF: a segment is both writable and executable");
    setup(NULL);
    file.segment[0].file_size++;
    file.segment[0].memory_size++;
    refused("ELF: the file ends before its header, table or a segment does");
    setup(NULL);
    file.header.entry = 0;
    refused("ELF: the entry point is in no executable segment");
}

static void compares_the_abi(void **state)
{
    (void)state;
    file.note.abi.major = SG_ABI_MAJOR + 1;
    refused_version();
    file.note.abi = (struct sg_abi_note){SG_ABI_MAJOR, SG_ABI_MINOR + 1};
    refused_version();
    file.note.abi = (struct sg_abi_note){SG_ABI_MAJOR - 1, SG_ABI_MINOR};
    refused_version();
    setup(NULL);
    file.note.descriptor_size = 2;
    refused("ELF: no Signet ABI note: not linked against the SDK");
    setup(NULL);
    file.note.name[0] = 's';
    refused("ELF: no Signet ABI note: not linked against the SDK");
    setup(NULL);
    file.header.segment_count = 1;
    refused("ELF: no Signet ABI note: not linked against the SDK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(accepts_a_program, setup),
        cmocka_unit_test_setup(says_what_is_wrong, setup),
        cmocka_unit_test_setup(compares_the_abi, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
