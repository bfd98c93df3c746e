/* SPDX-License-Identifier: BSD-2-Clause */
/* One good file, and each fault put into it: refused with its own status. */
#include "core/test/unit.h"

#include "core/elf64.h"

#define SIZE 0x3000u
#define ENTRIES 64u
#define CODE (ENTRIES)
#define DATA (ENTRIES + 56)
#define NOTE (ENTRIES + 112)
#define NOTE_AT 0x200u

static void put(uint8_t *file, size_t at, unsigned width, uint64_t value)
{
    for (unsigned i = 0; i < width; i++)
        file[at + i] = (uint8_t)(value >> (8 * i));
}

static void put_segment(uint8_t *file, size_t at, uint32_t type, uint32_t flags, uint64_t offset,
                        uint64_t address, uint64_t file_size, uint64_t memory_size)
{
    put(file, at, 4, type);
    put(file, at + 4, 4, flags);
    put(file, at + 8, 8, offset);
    put(file, at + 16, 8, address);
    put(file, at + 32, 8, file_size);
    put(file, at + 40, 8, memory_size);
}

/* Code at 0x400000, data at 0x402000, one note. */
static uint8_t *good_file(void)
{
    uint8_t *file = calloc(1, SIZE);

    assert_non_null(file);
    memcpy(file, "\x7f" "ELF\2\1\1", 7);
    put(file, 16, 2, 2);
    put(file, 18, 2, 62);
    put(file, 20, 4, 1);
    put(file, 24, 8, 0x400010);
    put(file, 32, 8, ENTRIES);
    put(file, 54, 2, 56);
    put(file, 56, 2, 3);
    put_segment(file, CODE, 1, 5, 0x1000, 0x400000, 0x800, 0x800);
    put_segment(file, DATA, 1, 6, 0x2000, 0x402000, 0x100, 0x3000);
    put_segment(file, NOTE, 4, 4, NOTE_AT, 0, 24, 24);
    put(file, NOTE_AT, 4, 7);
    put(file, NOTE_AT + 4, 4, 4);
    put(file, NOTE_AT + 8, 4, 1);
    memcpy(file + NOTE_AT + 12, "Signet", 7);
    return file;
}

static void test_a_good_file_is_accepted(void **state)
{
    uint8_t *file = good_file();
    struct elf64_image image;
    uint64_t offset;
    uint32_t size;

    (void)state;
    assert_int_equal(elf64_validate(file, SIZE, &image), ELF64_OK);
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.entry, 0x400010);
    assert_true(image.segment[0].executable && !image.segment[0].writable);
    assert_true(image.segment[1].writable && !image.segment[1].executable);
    assert_int_equal(image.segment[1].memory_size, 0x3000);
    assert_int_equal(elf64_find_note(file, &image, (const uint8_t *)"Signet", 7, 1, &offset, &size),
                     ELF64_OK);
    assert_int_equal(offset, NOTE_AT + 20);
    assert_int_equal(size, 4);
    assert_int_equal(elf64_find_note(file, &image, (const uint8_t *)"Signex", 7, 1, &offset, &size),
                     ELF64_NO_NOTE);
    assert_int_equal(elf64_find_note(file, &image, (const uint8_t *)"Signet", 7, 2, &offset, &size),
                     ELF64_NO_NOTE);
    free(file);
}

static void test_each_fault_has_its_status(void **state)
{
    static const struct {
        size_t at;
        unsigned width;
        uint64_t value;
        enum elf64_status expected;
    } rows[] = {
        {0, 1, 0, ELF64_BAD_HEADER},
        {4, 1, 1, ELF64_BAD_HEADER},
        {5, 1, 2, ELF64_BAD_HEADER},
        {6, 1, 0, ELF64_BAD_HEADER},
        {20, 4, 2, ELF64_BAD_HEADER},
        {18, 2, 183, ELF64_WRONG_MACHINE},
        {16, 2, 3, ELF64_NOT_EXECUTABLE},
        {54, 2, 57, ELF64_BAD_TABLE},
        {56, 2, 65, ELF64_BAD_TABLE},
        {32, 8, SIZE - 100, ELF64_TRUNCATED},
        {32, 8, UINT64_MAX, ELF64_TRUNCATED},
        {CODE + 8, 8, SIZE + 1, ELF64_TRUNCATED},
        {CODE + 32, 8, UINT64_MAX, ELF64_TRUNCATED},
        {NOTE + 8, 8, SIZE - 8, ELF64_TRUNCATED},
        {CODE + 40, 8, 0x7ff, ELF64_BAD_SIZE},
        {DATA + 40, 8, UINT64_C(0x800000000000), ELF64_KERNEL_HALF},
        {DATA + 16, 8, UINT64_C(0xffffffff80402000), ELF64_KERNEL_HALF},
        {CODE + 16, 8, 0x1000, ELF64_BELOW_USER},
        {CODE + 16, 8, 0x400010, ELF64_MISALIGNED},
        {CODE + 4, 4, 7, ELF64_WRITABLE_CODE},
        {DATA + 16, 8, 0x400000, ELF64_OVERLAP},
        {CODE + 40, 8, 0x2001, ELF64_OVERLAP},
        {24, 8, 0x402000, ELF64_BAD_ENTRY},
        {24, 8, 0x400800, ELF64_BAD_ENTRY},
        {56, 2, 0, ELF64_NO_SEGMENTS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t *file = good_file();
        struct elf64_image image;

        put(file, rows[i].at, rows[i].width, rows[i].value);
        assert_int_equal(elf64_validate(file, SIZE, &image), rows[i].expected);
        free(file);
    }
}

static void test_too_many_segments(void **state)
{
    uint8_t *file = good_file();
    struct elf64_image image;

    (void)state;
    put(file, 56, 2, ELF64_SEGMENTS_MAX + 1);
    for (uint64_t i = 0; i <= ELF64_SEGMENTS_MAX; i++)
        put_segment(file, ENTRIES + 56 * i, 1, 5, 0x1000, 0x400000 + 0x1000 * i, 0x10, 0x10);
    assert_int_equal(elf64_validate(file, SIZE, &image), ELF64_TOO_MANY_SEGMENTS);
    free(file);
}

static void test_every_truncation_is_refused(void **state)
{
    uint8_t *file = good_file();

    (void)state;
    for (size_t size = 0; size < 0x2100; size++) {
        struct elf64_image image;
        uint8_t *prefix = malloc(size == 0 ? 1 : size);

        memcpy(prefix, file, size);
        assert_int_equal(elf64_validate(prefix, size, &image), ELF64_TRUNCATED);
        free(prefix);
    }
    free(file);
}

static void test_hostile_notes_end(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint64_t size = random_below(&seed, 64);
        uint8_t *file = malloc(size == 0 ? 1 : size);
        struct elf64_image image = {.note_offset = 0, .note_size = size};
        uint64_t offset;
        uint32_t found;

        for (uint64_t i = 0; i < size; i++)
            file[i] = (uint8_t)(random_below(&seed, 4) == 0 ? random_below(&seed, 256)
                                                            : random_below(&seed, 3));
        if (elf64_find_note(file, &image, (const uint8_t *)"\0\1", 2, 1, &offset, &found) ==
            ELF64_OK)
            assert_true(offset + found <= size);
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_file_is_accepted),
        cmocka_unit_test(test_each_fault_has_its_status),
        cmocka_unit_test(test_too_many_segments),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_hostile_notes_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
