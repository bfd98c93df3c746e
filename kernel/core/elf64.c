/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/elf64.h"

#define HEADER_SIZE 64u
#define ENTRY_SIZE 56u
#define ENTRIES_MAX 64u
#define NOTE_HEADER_SIZE 12u

#define MAGIC 0x464c457fu
#define IDENT_64_LITTLE_ENDIAN 0x0102u
#define VERSION_CURRENT 1u
#define TYPE_EXECUTABLE 2u
#define MACHINE_X86_64 62u
#define SEGMENT_LOAD 1u
#define SEGMENT_NOTE 4u
#define FLAG_EXECUTE 1u
#define FLAG_WRITE 2u

/* What the header alone says. */
/*@ requires \valid_read(file + (0 .. HEADER_SIZE - 1));
    assigns \nothing;
    ensures \result == ELF64_OK ==> le32(file) == MAGIC && le16(file + 18) == MACHINE_X86_64;
    ensures \result == ELF64_OK ==> le16(file + 54) == ENTRY_SIZE && le16(file + 56) <= ENTRIES_MAX;
    ensures other: \result == ELF64_WRONG_MACHINE ==> le16(file + 18) != MACHINE_X86_64;
*/
static enum elf64_status check_header(const uint8_t *file)
{
    if (read_le32(file) != MAGIC || read_le16(file + 4) != IDENT_64_LITTLE_ENDIAN ||
        file[6] != VERSION_CURRENT || read_le32(file + 20) != VERSION_CURRENT)
        return ELF64_BAD_HEADER;
    if (read_le16(file + 18) != MACHINE_X86_64)
        return ELF64_WRONG_MACHINE;
    if (read_le16(file + 16) != TYPE_EXECUTABLE)
        return ELF64_NOT_EXECUTABLE;
    if (read_le16(file + 54) != ENTRY_SIZE || read_le16(file + 56) > ENTRIES_MAX)
        return ELF64_BAD_TABLE;
    return ELF64_OK;
}

/* Whether a segment may be loaded. */
/*@ requires \valid_read(segment);
    assigns \nothing;
    ensures exact: \result == ELF64_OK <==> ELF64_SEGMENT_OK(*segment, size);
    ensures high: \result == ELF64_KERNEL_HALF ==>
      segment->address + segment->memory_size > SG_USER_END;
    ensures both: \result == ELF64_WRITABLE_CODE ==> segment->writable && segment->executable;
*/
static enum elf64_status check_segment(const struct elf64_segment *segment, uint64_t size)
{
    if (segment->offset > size || segment->file_size > size - segment->offset)
        return ELF64_TRUNCATED;
    if (segment->memory_size == 0 || segment->file_size > segment->memory_size)
        return ELF64_BAD_SIZE;
    if (segment->address > SG_USER_END || segment->memory_size > SG_USER_END - segment->address)
        return ELF64_KERNEL_HALF;
    if (segment->address < SG_USER_BASE)
        return ELF64_BELOW_USER;
    if (segment->address % PAGE_SIZE != segment->offset % PAGE_SIZE)
        return ELF64_MISALIGNED;
    if (segment->writable && segment->executable)
        return ELF64_WRITABLE_CODE;
    return ELF64_OK;
}

/* Reads a segment's entry and checks it. */
/*@ requires \valid_read(entry + (0 .. ENTRY_SIZE - 1)) && \valid(segment);
    requires \separated(entry + (0 .. ENTRY_SIZE - 1), segment);
    assigns *segment;
    ensures \result == ELF64_OK ==> ELF64_SEGMENT_OK(*segment, size);
*/
static enum elf64_status read_segment(const uint8_t *entry, uint64_t size,
                                      struct elf64_segment *segment)
{
    uint32_t flags = read_le32(entry + 4);

    segment->offset = read_le64(entry + 8);
    segment->address = read_le64(entry + 16);
    segment->file_size = read_le64(entry + 32);
    segment->memory_size = read_le64(entry + 40);
    segment->writable = (flags & FLAG_WRITE) != 0;
    segment->executable = (flags & FLAG_EXECUTE) != 0;
    return check_segment(segment, size);
}

/* Segments must ascend, as the ELF specification has it, which makes them disjoint as soon as
   neighbours are. */
/*@ requires \valid_read(table + (0 .. entries * ENTRY_SIZE - 1));
    requires \valid(image) && entries <= ENTRIES_MAX;
    requires \separated(table + (0 .. entries * ENTRY_SIZE - 1), image);
    assigns image->segment_count, image->segment[0 .. ELF64_SEGMENTS_MAX - 1];
    ensures image->segment_count <= ELF64_SEGMENTS_MAX;
    ensures \result == ELF64_OK ==> elf64_segments_ok(image, image->segment_count, size);
    ensures \result == ELF64_OK ==> elf64_disjoint(image, image->segment_count);
*/
static enum elf64_status read_segments(const uint8_t *table, uint32_t entries, uint64_t size,
                                       struct elf64_image *image)
{
    uint64_t pages_end = 0;

    image->segment_count = 0;
    /*@ loop invariant 0 <= i <= entries;
        loop invariant image->segment_count <= ELF64_SEGMENTS_MAX;
        loop invariant elf64_segments_ok(image, image->segment_count, size);
        loop invariant elf64_disjoint(image, image->segment_count);
        loop invariant \forall integer k; 0 <= k < image->segment_count ==>
          ELF64_PAGES_END(image->segment[k]) <= pages_end;
        loop assigns i, pages_end, image->segment_count,
                     image->segment[0 .. ELF64_SEGMENTS_MAX - 1];
        loop variant entries - i;
    */
    for (uint32_t i = 0; i < entries; i++) {
        const uint8_t *entry = table + i * ENTRY_SIZE;
        struct elf64_segment *segment;
        enum elf64_status status;

        if (read_le32(entry) != SEGMENT_LOAD)
            continue;
        if (image->segment_count == ELF64_SEGMENTS_MAX)
            return ELF64_TOO_MANY_SEGMENTS;
        segment = &image->segment[image->segment_count];
        status = read_segment(entry, size, segment);
        if (status != ELF64_OK)
            return status;
        if (ELF64_FIRST_PAGE(*segment) < pages_end)
            return ELF64_OVERLAP;
        /*@ assert so_far: elf64_disjoint(image, image->segment_count); */
        /*@ assert below: \forall integer k; 0 <= k < image->segment_count ==>
              ELF64_PAGES_END(image->segment[k]) <= ELF64_FIRST_PAGE(*segment);
        */
        pages_end = ELF64_PAGES_END(*segment);
        image->segment_count++;
    }
    return ELF64_OK;
}

/* Whether the entry point is in an executable segment. */
/*@ requires \valid_read(image) && image->segment_count <= ELF64_SEGMENTS_MAX;
    requires \forall integer i; 0 <= i < image->segment_count ==>
      image->segment[i].address + image->segment[i].memory_size <= SG_USER_END;
    assigns \nothing;
    ensures \result <==> elf64_entry_ok(image, image->segment_count);
*/
static bool entry_ok(const struct elf64_image *image)
{
    /*@ loop invariant 0 <= i <= image->segment_count;
        loop invariant !elf64_entry_ok(image, i);
        loop assigns i;
        loop variant image->segment_count - i;
    */
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf64_segment *segment = &image->segment[i];

        if (segment->executable && segment->address <= image->entry &&
            image->entry < segment->address + segment->memory_size)
            return true;
    }
    return false;
}

/* Finds the first note segment. */
/*@ requires \valid_read(table + (0 .. entries * ENTRY_SIZE - 1));
    requires \valid(image) && entries <= ENTRIES_MAX;
    requires \separated(table + (0 .. entries * ENTRY_SIZE - 1), image);
    assigns image->note_offset, image->note_size;
    ensures \result == ELF64_OK ==> image->note_offset + image->note_size <= size;
*/
static enum elf64_status read_note(const uint8_t *table, uint32_t entries, uint64_t size,
                                   struct elf64_image *image)
{
    image->note_offset = 0;
    image->note_size = 0;
    /*@ loop invariant 0 <= i <= entries;
        loop assigns i;
        loop variant entries - i;
    */
    for (uint32_t i = 0; i < entries; i++) {
        const uint8_t *entry = table + i * ENTRY_SIZE;
        uint64_t offset = read_le64(entry + 8);
        uint64_t file_size = read_le64(entry + 32);

        if (read_le32(entry) != SEGMENT_NOTE)
            continue;
        if (offset > size || file_size > size - offset)
            return ELF64_TRUNCATED;
        image->note_offset = offset;
        image->note_size = file_size;
        return ELF64_OK;
    }
    return ELF64_OK;
}

enum elf64_status elf64_validate(const uint8_t *file, uint64_t size, struct elf64_image *image)
{
    enum elf64_status status;
    uint64_t table;
    uint32_t entries;

    if (size < HEADER_SIZE)
        return ELF64_TRUNCATED;
    status = check_header(file);
    if (status != ELF64_OK)
        return status;
    image->entry = read_le64(file + 24);
    table = read_le64(file + 32);
    entries = read_le16(file + 56);
    if (table > size || entries * ENTRY_SIZE > size - table)
        return ELF64_TRUNCATED;
    status = read_note(file + table, entries, size, image);
    if (status != ELF64_OK)
        return status;
    status = read_segments(file + table, entries, size, image);
    if (status != ELF64_OK)
        return status;
    if (image->segment_count == 0)
        return ELF64_NO_SEGMENTS;
    return entry_ok(image) ? ELF64_OK : ELF64_BAD_ENTRY;
}

/* Whether two ranges of bytes are equal. */
/*@ requires \valid_read(a + (0 .. size - 1)) && \valid_read(b + (0 .. size - 1));
    assigns \nothing;
    ensures \result <==> \forall integer i; 0 <= i < size ==> a[i] == b[i];
*/
static bool bytes_equal(const uint8_t *a, const uint8_t *b, uint32_t size)
{
    /*@ loop invariant 0 <= i <= size;
        loop invariant \forall integer k; 0 <= k < i ==> a[k] == b[k];
        loop assigns i;
        loop variant size - i;
    */
    for (uint32_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* Size of a note's name or descriptor with what pads it to four bytes. */
/*@ assigns \nothing;
    ensures size <= \result <= size + 3 && \result % 4 == 0;
*/
static inline uint64_t padded(uint32_t size)
{
    return ((uint64_t)size + 3) / 4 * 4;
}

enum elf64_status elf64_find_note(const uint8_t *file, const struct elf64_image *image,
                                  const uint8_t *name, uint32_t name_size, uint32_t type,
                                  uint64_t *offset, uint32_t *size)
{
    uint64_t at = image->note_offset;
    uint64_t end = image->note_offset + image->note_size;

    /*@ loop invariant image->note_offset <= at <= end;
        loop assigns at;
        loop variant end - at;
    */
    while (end - at >= NOTE_HEADER_SIZE) {
        uint32_t found_name = read_le32(file + at);
        uint32_t found_size = read_le32(file + at + 4);
        uint32_t found_type = read_le32(file + at + 8);
        uint64_t descriptor = padded(found_name);

        at += NOTE_HEADER_SIZE;
        if (descriptor > end - at || found_size > end - at - descriptor)
            return ELF64_NO_NOTE;
        if (found_name == name_size && found_type == type &&
            bytes_equal(file + at, name, name_size)) {
            *offset = at + descriptor;
            *size = found_size;
            return ELF64_OK;
        }
        at += descriptor;
        if (padded(found_size) > end - at)
            return ELF64_NO_NOTE;
        at += padded(found_size);
    }
    return ELF64_NO_NOTE;
}
