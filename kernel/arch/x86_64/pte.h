/* SPDX-License-Identifier: BSD-2-Clause */
/* How a page-table entry is made. Nothing else sets these bits, so no entry is ever both writable
   and executable, and no entry of the kernel half is open to user mode. */
#pragma once

#include "abi/object.h"
#include "core/base.h"

#define PTE_PRESENT UINT64_C(1)
#define PTE_WRITE UINT64_C(2)
#define PTE_USER UINT64_C(4)
#define PTE_UNCACHED UINT64_C(0x18)
#define PTE_USED UINT64_C(0x60) /* accessed and dirty: the hardware need not write them */
#define PTE_LARGE UINT64_C(0x80)
#define PTE_GLOBAL UINT64_C(0x100)
#define PTE_NO_EXECUTE (UINT64_C(1) << 63)
#define PTE_ADDRESS UINT64_C(0x000ffffffffff000)

#define TABLE_ENTRIES 512u
#define TABLE_KERNEL_HALF 256u

/* Place of an address in its table of a level: 3 the root, 0 a page table. */
static inline uint32_t pte_index(uint64_t address, uint32_t level)
{
    return (uint32_t)(address >> (PAGE_SHIFT + 9 * level)) % TABLE_ENTRIES;
}

/* A user page, readable and as enum sg_permission says; WRITE wins over EXECUTE. */
static inline uint64_t pte_user_page(uint32_t frame, uint32_t permissions)
{
    uint64_t entry = (uint64_t)frame << PAGE_SHIFT | PTE_PRESENT | PTE_USER | PTE_USED;

    if (permissions & SG_MAP_WRITE)
        return entry | PTE_WRITE | PTE_NO_EXECUTE;
    return permissions & SG_MAP_EXECUTE ? entry : entry | PTE_NO_EXECUTE;
}

/* A table of a user half. */
static inline uint64_t pte_user_table(uint32_t frame)
{
    return (uint64_t)frame << PAGE_SHIFT | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

static inline uint32_t pte_frame(uint64_t entry)
{
    return (uint32_t)((entry & PTE_ADDRESS) >> PAGE_SHIFT);
}

enum kernel_page { KERNEL_CODE, KERNEL_CONSTANT, KERNEL_DATA, KERNEL_DEVICE };

/* A page of the kernel half, at a physical address. */
static inline uint64_t pte_kernel_page(uint64_t physical, enum kernel_page kind)
{
    uint64_t entry = physical | PTE_PRESENT | PTE_GLOBAL | PTE_USED;

    switch (kind) {
    case KERNEL_CODE:
        return entry;
    case KERNEL_CONSTANT:
        return entry | PTE_NO_EXECUTE;
    case KERNEL_DATA:
        return entry | PTE_WRITE | PTE_NO_EXECUTE;
    case KERNEL_DEVICE:
        return entry | PTE_WRITE | PTE_NO_EXECUTE | PTE_UNCACHED;
    }
    return 0;
}

static inline uint64_t pte_kernel_table(uint64_t physical)
{
    return physical | PTE_PRESENT | PTE_WRITE;
}
