/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot loader and the firmware said about the machine, checked and in one portable form. */
#pragma once

#include "abi/boot.h"
#include "core/base.h"

#define BOOT_RANGES_MAX 32u

/* Physical bytes [start, end), whole pages but for the end of a module. */
struct boot_range {
    uint64_t start;
    uint64_t end;
};

struct boot_file {
    char name[SG_BOOT_NAME_MAX];
    struct boot_range bytes;
};

struct boot_machine {
    struct boot_range memory[BOOT_RANGES_MAX]; /* usable RAM, ascending, disjoint, above 1 MiB */
    uint32_t memory_count;
    uint32_t memory_frames;                       /* in all of them */
    struct boot_file module[SG_BOOT_MODULES_MAX]; /* in boot order; module[0] is init */
    uint32_t module_count;
    struct boot_range reserved; /* kernel image, boot page tables, boot information: never reused */
    uint32_t cpu_count;         /* that run, at least 1 */
    uint16_t pm1a_control_port;
    uint16_t s5_sleep_type;
};

/* The frame an address is in, or that ends there. */
static inline uint32_t frame_below(uint64_t address)
{
    return (uint32_t)(address >> PAGE_SHIFT);
}

/* The first frame at or above an address; how many frames so many bytes need. */
static inline uint64_t frame_above(uint64_t address)
{
    return (address + PAGE_SIZE - 1) >> PAGE_SHIFT;
}
