/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel hands to the first process: one page of names and handles, mapped read-only at the
   address in the first argument of its entry point. After this, authority moves only by capability
   operations. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "abi/version.h" /* SG_ABI_MAJOR, SG_ABI_MINOR */

/* ELF note of every Signet program: name "Signet", type 1, descriptor struct sg_abi_note. */
#define SG_NOTE_NAME "Signet"
#define SG_NOTE_ABI 1u
struct sg_abi_note {
    uint16_t major;
    uint16_t minor;
};

/* 1 for a program of this major version and of no newer minor than this one, else 0. */
static inline int sg_abi_accepts(struct sg_abi_note note)
{
    return note.major == SG_ABI_MAJOR && note.minor <= SG_ABI_MINOR;
}

#define SG_BOOTINFO_MAGIC 0x746f6f62u /* "boot" */
#define SG_BOOT_UNTYPED_MAX 16u
#define SG_BOOT_MODULES_MAX 64u
#define SG_BOOT_CPUS_MAX 16u
#define SG_BOOT_NAME_MAX 24u

/* A boot module, in the order of the boot loader's configuration; name is its command line. */
struct sg_boot_module {
    char name[SG_BOOT_NAME_MAX];
    struct sg_handle memory; /* page-aligned, READ only */
    uint32_t size_bytes;
    uint32_t reserved;
};

/* A range of free frames: allocation inside it is the holder's business. */
struct sg_boot_untyped {
    struct sg_handle handle;
    uint32_t frame_count; /* of the whole range */
    uint32_t frame_used;  /* frames [0, frame_used) hold the untyped's ledger and init's objects */
};

struct sg_bootinfo {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t untyped_count;
    uint32_t module_count;
    uint32_t cpu_count;
    uint32_t memory_mib;         /* usable memory */
    uint16_t pm1a_control_port;  /* ACPI FADT PM1a_CNT_BLK, 0 if none */
    uint16_t s5_sleep_type;      /* SLP_TYPa for soft-off as found in the DSDT */
    uint32_t ring_submissions;   /* init's own ring */
    uint32_t ring_completions;
    uint32_t ring_pages;
    uint64_t ring_address;       /* where it is mapped */
    struct sg_handle cspace, aspace, thread, ring, sched;
    struct sg_handle irq_control, ioport;
    struct sg_handle cpu[SG_BOOT_CPUS_MAX];
    struct sg_boot_untyped untyped[SG_BOOT_UNTYPED_MAX];
    struct sg_boot_module module[SG_BOOT_MODULES_MAX];
    struct sg_handle events; /* the memory of abi/event.h, READ and COPY only */
};

_Static_assert(sizeof(struct sg_boot_module) == 40, "ABI");
_Static_assert(sizeof(struct sg_bootinfo) <= 4096, "one page");
