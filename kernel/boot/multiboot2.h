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

/* The root pointer is a copy of the bytes there; a macro so that at may be counted from a tag. */
#define MULTIBOOT2_RSDP_AT(out, bytes, at) \
    (\forall integer i; 0 <= i < (out)->rsdp_size ==> (out)->rsdp[i] == (bytes)[(at) + i])

/*@ predicate multiboot2_pages(struct boot_ranges *ranges) =
      \forall integer i; 0 <= i < ranges->count ==>
        ranges->range[i].start % PAGE_SIZE == 0 && ranges->range[i].end % PAGE_SIZE == 0;

    predicate multiboot2_modules_ok(struct multiboot2 *out) =
      out->module_count <= SG_BOOT_MODULES_MAX &&
      \forall integer i; 0 <= i < out->module_count ==>
        out->module[i].bytes.start % PAGE_SIZE == 0 &&
        PAGE_SIZE <= out->module[i].bytes.start < out->module[i].bytes.end;

    predicate multiboot2_names_ok(struct multiboot2 *out) =
      \forall integer i; 0 <= i < out->module_count ==>
        out->module[i].name[0] != 0 && out->module[i].name[SG_BOOT_NAME_MAX - 1] == 0;

    predicate multiboot2_apart(struct multiboot2 *out) =
      \forall integer i, j; 0 <= i < j < out->module_count ==>
        !overlap(out->module[j].bytes.start, out->module[j].bytes.end,
                 out->module[i].bytes.start, out->module[i].bytes.end);

    predicate multiboot2_rsdp_at(struct multiboot2 *out, uint8_t *bytes, integer at) =
      MULTIBOOT2_RSDP_AT(out, bytes, at);

    predicate multiboot2_rsdp_in(struct multiboot2 *out, uint8_t *bytes, integer size_bytes) =
      out->rsdp_size == 0 || \exists integer at; 0 <= at && at + out->rsdp_size <= size_bytes &&
        multiboot2_rsdp_at(out, bytes, at);
*/

/* What is kept from tag to tag; a macro so that each conjunct becomes a goal of its own. */
#define MULTIBOOT2_SOUND(out)                                                                   \
    (ranges_ok(&(out)->memory) && ranges_ok(&(out)->low) && multiboot2_pages(&(out)->memory) && \
     multiboot2_pages(&(out)->low) && multiboot2_modules_ok(out) && multiboot2_names_ok(out) && \
     multiboot2_apart(out) && (out)->rsdp_size <= MULTIBOOT2_RSDP_MAX)
#define MULTIBOOT2_RSDP_KEPT(out)                  \
    ((out)->rsdp_size == \old((out)->rsdp_size) && \
     \forall integer i; 0 <= i < MULTIBOOT2_RSDP_MAX ==> (out)->rsdp[i] == \old((out)->rsdp[i]))

/* Parses size_bytes bytes of boot information. `out` is written in any case, whole only on OK. */
/*@ requires \valid_read(bytes + (0 .. size_bytes - 1)) && \valid(out);
    requires \separated(bytes + (0 .. size_bytes - 1), out);
    assigns *out;
    ensures \result <= MULTIBOOT2_NO_MEMORY;
    ensures sound: MULTIBOOT2_SOUND(out);
    ensures rsdp: multiboot2_rsdp_in(out, bytes, size_bytes);
    ensures whole: \result == MULTIBOOT2_OK ==> out->module_count >= 1 && out->memory.count >= 1;
*/
MUST_USE enum multiboot2_result multiboot2_parse(const uint8_t *bytes, uint32_t size_bytes,
                                                 struct multiboot2 *out);

/* A sentence for people. */
/*@ requires result <= MULTIBOOT2_NO_MEMORY;
    assigns \result \from result;
    ensures \result != \null;
*/
const char *multiboot2_text(enum multiboot2_result result);
