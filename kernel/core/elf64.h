/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepts or refuses an ELF64 executable held in untrusted memory. An accepted image has segments
   inside the file and the user half, ascending without sharing a page, none both writable and
   executable, and an entry point inside an executable one. Nothing else in the file is believed. */
#pragma once

#include "abi/object.h"
#include "core/base.h"
#include "core/little_endian.h"

#define ELF64_SEGMENTS_MAX 8u

enum elf64_status {
    ELF64_OK = 0,
    ELF64_TRUNCATED = 1,          /* the header, the segment table or a segment ends past the file */
    ELF64_BAD_HEADER = 2,         /* not an ELF file, or not 64-bit little-endian version 1 */
    ELF64_WRONG_MACHINE = 3,      /* not for x86-64 */
    ELF64_NOT_EXECUTABLE = 4,     /* relocatable, shared or position independent */
    ELF64_BAD_TABLE = 5,          /* segment entries of another size, or too many of them */
    ELF64_NO_SEGMENTS = 6,        /* nothing to load */
    ELF64_TOO_MANY_SEGMENTS = 7,  /* more than ELF64_SEGMENTS_MAX to load */
    ELF64_BAD_SIZE = 8,           /* a segment is empty or larger in the file than in memory */
    ELF64_KERNEL_HALF = 9,        /* a segment reaches past SG_USER_END */
    ELF64_BELOW_USER = 10,        /* a segment lies below SG_USER_BASE */
    ELF64_MISALIGNED = 11,        /* file offset and address differ within a page */
    ELF64_WRITABLE_CODE = 12,     /* a segment is both writable and executable */
    ELF64_OVERLAP = 13,           /* segments share a page or do not ascend */
    ELF64_BAD_ENTRY = 14,         /* the entry point is not in an executable segment */
    ELF64_NO_NOTE = 15,           /* no note has this name and type */
};

struct elf64_segment {
    uint64_t offset; /* in the file */
    uint64_t file_size;
    uint64_t address;
    uint64_t memory_size; /* the bytes past file_size are zero */
    bool writable;
    bool executable;
};

struct elf64_image {
    struct elf64_segment segment[ELF64_SEGMENTS_MAX];
    uint32_t segment_count;
    uint64_t entry;
    uint64_t note_offset; /* of the first note segment; size 0 when there is none */
    uint64_t note_size;
};

#define ELF64_SEGMENT_OK(s, size)                                                                  \
    ((s).file_size <= (s).memory_size && 0 < (s).memory_size &&                                    \
     (s).offset + (s).file_size <= (size) && SG_USER_BASE <= (s).address &&                        \
     (s).address + (s).memory_size <= SG_USER_END &&                                               \
     (s).address % PAGE_SIZE == (s).offset % PAGE_SIZE && !((s).writable && (s).executable))

#define ELF64_FIRST_PAGE(s) ((s).address / PAGE_SIZE)
#define ELF64_PAGES_END(s) (((s).address + (s).memory_size + (PAGE_SIZE - 1)) / PAGE_SIZE)

/*@ predicate elf64_segments_ok(struct elf64_image *image, integer n, integer size) =
      \forall integer i; 0 <= i < n ==> ELF64_SEGMENT_OK(image->segment[i], size);

    predicate elf64_disjoint(struct elf64_image *image, integer n) =
      \forall integer i, j; 0 <= i < j < n ==>
        ELF64_PAGES_END(image->segment[i]) <= ELF64_FIRST_PAGE(image->segment[j]);

    predicate elf64_entry_ok(struct elf64_image *image, integer n) =
      \exists integer i; 0 <= i < n && image->segment[i].executable &&
        image->segment[i].address <= image->entry <
        image->segment[i].address + image->segment[i].memory_size;

    predicate elf64_image_ok(struct elf64_image *image, integer size) =
      1 <= image->segment_count <= ELF64_SEGMENTS_MAX &&
      elf64_segments_ok(image, image->segment_count, size) &&
      elf64_disjoint(image, image->segment_count) &&
      elf64_entry_ok(image, image->segment_count) &&
      image->note_offset + image->note_size <= size;
*/

/* Validates an executable: ELF64_OK, or what is wrong with it. The image counts only when accepted. */
/*@ requires \valid_read(file + (0 .. size - 1)) && \valid(image);
    requires \separated(file + (0 .. size - 1), image);
    assigns *image;
    ensures accepted: \result == ELF64_OK ==> elf64_image_ok(image, size);
    ensures entry: \result == ELF64_OK ==> image->entry == le64(file + 24);
    ensures machine: \result == ELF64_OK ==> le32(file) == 0x464c457f && le16(file + 18) == 62;
*/
MUST_USE enum elf64_status elf64_validate(const uint8_t *file, uint64_t size,
                                          struct elf64_image *image);

/* Finds a note of a name (with its terminating zero) and type in an accepted image's note segment;
   says where in the file its descriptor is: ELF64_OK or ELF64_NO_NOTE. */
/*@ requires \valid_read(image) && image->note_offset + image->note_size <= UINT64_MAX;
    requires \valid_read(file + (image->note_offset ..
                                 image->note_offset + image->note_size - 1));
    requires \valid_read(name + (0 .. name_size - 1));
    requires \valid(offset) && \valid(size);
    requires \separated(offset, size, image);
    requires \separated(offset, file + (image->note_offset ..
                                        image->note_offset + image->note_size - 1));
    requires \separated(size, file + (image->note_offset ..
                                      image->note_offset + image->note_size - 1));
    assigns *offset, *size;
    ensures found: \result == ELF64_OK ==>
      image->note_offset <= *offset &&
      *offset + *size <= image->note_offset + image->note_size;
    ensures missing: \result != ELF64_OK ==>
      \result == ELF64_NO_NOTE && *offset == \old(*offset) && *size == \old(*size);
*/
MUST_USE enum elf64_status elf64_find_note(const uint8_t *file, const struct elf64_image *image,
                                           const uint8_t *name, uint32_t name_size, uint32_t type,
                                           uint64_t *offset, uint32_t *size);
