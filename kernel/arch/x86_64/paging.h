/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel half of every address space, built once at boot: all memory at DIRECT_MAP, the kernel
   image at IMAGE_OFFSET, device registers at DEVICE_MAP. No page is writable and executable, not even
   through two addresses; the pages below the stacks are missing. */
#pragma once

#include "boot/ranges.h"

#define DEVICE_PAGES_MAX 8u

/* Builds the tables while the early ones are in use and switches to them: memory, the modules `in_use`
   and the stacks of cpu_count CPUs are mapped. Frames for tables and stacks are taken out of `memory`,
   never from `in_use`. Panics when memory is too small. */
void paging_init(struct boot_ranges *memory, const struct boot_ranges *in_use, uint32_t cpu_count);

/* Maps the page of a device's registers, before paging_init, and returns the registers' address, valid
   after it. The same page may be asked for again. NULL when there are too many. */
void *paging_add_device(uint64_t physical);

/* Where the image lies in physical memory. */
struct boot_range paging_image(void);

/* Entries of the page table that maps the image's code, from code_start on. */
extern uint64_t *paging_code_entries;
