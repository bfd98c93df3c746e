/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the multiboot2 boot information: bytes in, a checked description out. It believes no length
   it has not compared with the bytes there are. */
#pragma once

#include "boot/ranges.h"

#define MULTIBOOT2_MAGIC 0x36d76289u        /* what the boot loader leaves in eax */
#define MULTIBOOT2_SIZE_MAX 0x40000u        /* bytes of boot information */
#define MULTIBOOT2_RSDP_MAX 36u             /* bytes of an ACPI root pointer */
#define BOOT_MEMORY_START 0x100000u         /* memory below is left alone */
#define BOOT_MEMORY_END (UINT64_C(1) << 39) /* memory above is not used */

struct multiboot2 {
    struct boot_ranges memory; /* usable whole pages in [BOOT_MEMORY_START, BOOT_MEMORY_END) */
    struct boot_ranges low;    /* usable whole pages below, but for the first */
    struct boot_file module[SG_BOOT_MODULES_MAX];
    uint32_t module_count;
    uint8_t rsdp[MULTIBOOT2_RSDP_MAX]; /* the newest there is */
    uint32_t rsdp_size;                /* 0: the boot loader found none */
};

/* What is wrong with boot information. */
enum multiboot2_result {
    MULTIBOOT2_OK,
    MULTIBOOT2_BAD_SIZE,   /* its own size is not that of the bytes */
    MULTIBOOT2_TRUNCATED,  /* a tag goes past the end, or there is no end tag */
    MULTIBOOT2_BAD_MODULE, /* a module is empty, not page aligned or overlaps another */
    MULTIBOOT2_BAD_NAME,   /* a module's name is empty or too long */
    MULTIBOOT2_MANY_MODULES,
    MULTIBOOT2_NO_MODULES,
    MULTIBOOT2_NO_MEMORY,
};

/* Parses size_bytes bytes of boot information. `out` is written in any case, whole only on OK. */
MUST_USE enum multiboot2_result multiboot2_parse(const uint8_t *bytes, uint32_t size_bytes,
                                                 struct multiboot2 *out);

/* A sentence for people. */
const char *multiboot2_text(enum multiboot2_result result);
