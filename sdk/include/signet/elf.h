/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads a program into another address space: checked by the proved validator, ABI note compared,
   then each segment in memory of its own, never writable and executable at once. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "core/elf64.h"
#include "signet/frames.h"
#include "signet/status.h"

#define SG_ELF_MESSAGE_MAX 120u

struct sg_elf_program {
    const uint8_t *file;
    uint64_t size_bytes;
    struct elf64_image image;
    char message[SG_ELF_MESSAGE_MAX]; /* why it was refused: what was found, what was expected */
};

/* Validates a file, its segments and its ABI note; on SG_BAD_ARGUMENT program->message says why. */
SG_MUST_USE enum sg_status sg_elf_check(const void *file, uint64_t size_bytes,
                                        struct sg_elf_program *program);

/* Frames that sg_elf_load will take: one memory object a segment. */
uint32_t sg_elf_frames(const struct sg_elf_program *program);

/* First address above the program, page-aligned. */
uint64_t sg_elf_end(const struct sg_elf_program *program);

/* Copies the segments into memories made from `frames` and maps them into `aspace`. */
SG_MUST_USE enum sg_status sg_elf_load(const struct sg_elf_program *program,
                                       struct sg_frames *frames, struct sg_handle aspace);
