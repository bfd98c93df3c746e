/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "abi/boot.h"
#include "signet/elf.h"

/* By enum elf64_status. */
static const char *const reasons[] = {
    [ELF64_OK] = "nothing is wrong",
    [ELF64_TRUNCATED] = "the file ends before its header, table or a segment does",
    [ELF64_BAD_HEADER] = "no 64-bit little-endian ELF file",
    [ELF64_WRONG_MACHINE] = "made for another machine, expected x86-64",
    [ELF64_NOT_EXECUTABLE] = "no static executable (relocatable, shared or position independent)",
    [ELF64_BAD_TABLE] = "the segment table has entries of another size, or too many",
    [ELF64_NO_SEGMENTS] = "no segment to load",
    [ELF64_TOO_MANY_SEGMENTS] = "more than 8 segments to load",
    [ELF64_BAD_SIZE] = "a segment is empty, or larger in the file than in memory",
    [ELF64_KERNEL_HALF] = "a segment reaches past the end of user addresses",
    [ELF64_BELOW_USER] = "a segment lies below the first user address",
    [ELF64_MISALIGNED] = "a segment's file offset and address differ within a page",
    [ELF64_WRITABLE_CODE] = "a segment is both writable and executable",
    [ELF64_OVERLAP] = "segments share a page or do not ascend",
    [ELF64_BAD_ENTRY] = "the entry point is in no executable segment",
    [ELF64_NO_NOTE] = "no Signet ABI note: not linked against the SDK",
};

static enum sg_status refuse(struct sg_elf_program *program, enum elf64_status status)
{
    const char *reason = "refused for an unknown reason";

    if ((size_t)status < sizeof reasons / sizeof reasons[0])
        reason = reasons[status];
    (void)snprintf(program->message, sizeof program->message, "ELF: %s", reason);
    return SG_BAD_ARGUMENT;
}

static enum sg_status check_abi(struct sg_elf_program *program)
{
    struct sg_abi_note note;
    uint64_t offset;
    uint32_t size;
    enum elf64_status status =
        elf64_find_note(program->file, &program->image, (const uint8_t *)SG_NOTE_NAME,
                        sizeof SG_NOTE_NAME, SG_NOTE_ABI, &offset, &size);

    if (status != ELF64_OK || size != sizeof note)
        return refuse(program, ELF64_NO_NOTE);
    memcpy(&note, program->file + offset, sizeof note);
    if (sg_abi_accepts(note))
        return SG_OK;
    (void)snprintf(program->message, sizeof program->message,
                   "found ABI version %u.%u, expected %u.0 to %u.%u", note.major, note.minor,
                   SG_ABI_MAJOR, SG_ABI_MAJOR, SG_ABI_MINOR);
    return SG_BAD_ARGUMENT;
}

enum sg_status sg_elf_check(const void *file, uint64_t size_bytes, struct sg_elf_program *program)
{
    *program = (struct sg_elf_program){.file = file, .size_bytes = size_bytes};
    enum elf64_status status = elf64_validate(file, size_bytes, &program->image);

    return status == ELF64_OK ? check_abi(program) : refuse(program, status);
}
