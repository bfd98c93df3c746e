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

/* Flags are added: to an address of whole pages that is the same as setting them, and the provers
   know sums. A bit is read as PTE_HAS(entry, bit) in contracts. */

#define PTE_HAS(entry, bit) ((entry) / (bit) % 2 == 1)
#define PTE_FRAMES (UINT64_C(1) << 32)

/*@ // No page is ever both writable and executable.
    predicate pte_exclusive(integer entry) =
      PTE_HAS(entry, PTE_WRITE) ==> PTE_HAS(entry, PTE_NO_EXECUTE);

    // Address and flags are all there is to an entry: neither reaches into the other.
    predicate pte_address(integer entry, integer address) =
      entry % PTE_NO_EXECUTE / PAGE_SIZE * PAGE_SIZE == address;

    predicate physical_ok(integer address) = 0 <= address <= PTE_ADDRESS && address % PAGE_SIZE == 0;
*/

/* Place of an address in its table of a level: 3 the root, 0 a page table. */
/*@ requires level <= 3;
    assigns \nothing;
    ensures \result < TABLE_ENTRIES;
*/
static inline uint32_t pte_index(uint64_t address, uint32_t level)
{
    return (uint32_t)((address >> (PAGE_SHIFT + 9 * level)) % TABLE_ENTRIES);
}

/* A user page, readable and as enum sg_permission says; WRITE wins over EXECUTE. */
/*@ assigns \nothing;
    ensures exclusive: pte_exclusive(\result);
    ensures address: pte_address(\result, frame * PAGE_SIZE);
    ensures user: PTE_HAS(\result, PTE_PRESENT) && PTE_HAS(\result, PTE_USER);
    ensures plain: !PTE_HAS(\result, PTE_LARGE) && !PTE_HAS(\result, PTE_GLOBAL);
    ensures write: PTE_HAS(\result, PTE_WRITE) <==> (permissions & SG_MAP_WRITE) != 0;
    ensures execute: !PTE_HAS(\result, PTE_NO_EXECUTE) <==>
      (permissions & SG_MAP_WRITE) == 0 && (permissions & SG_MAP_EXECUTE) != 0;
*/
static inline uint64_t pte_user_page(uint32_t frame, uint32_t permissions)
{
    uint64_t entry = frame * PAGE_SIZE + (PTE_PRESENT | PTE_USER | PTE_USED);

    if (permissions & SG_MAP_WRITE)
        return entry + (PTE_WRITE | PTE_NO_EXECUTE);
    return permissions & SG_MAP_EXECUTE ? entry : entry + PTE_NO_EXECUTE;
}

/* A table of a user half. */
/*@ assigns \nothing;
    ensures address: pte_address(\result, frame * PAGE_SIZE);
    ensures flags: \result % PAGE_SIZE == (PTE_PRESENT | PTE_WRITE | PTE_USER);
*/
static inline uint64_t pte_user_table(uint32_t frame)
{
    return frame * PAGE_SIZE + (PTE_PRESENT | PTE_WRITE | PTE_USER);
}

/* The frame of an entry of a user half. */
/*@ assigns \nothing;
    ensures \forall integer frame; 0 <= frame < PTE_FRAMES ==>
      pte_address(entry, frame * PAGE_SIZE) ==> \result == frame;
*/
static inline uint32_t pte_frame(uint64_t entry)
{
    return (uint32_t)(entry / PAGE_SIZE % PTE_FRAMES);
}

enum kernel_page { KERNEL_CODE, KERNEL_CONSTANT, KERNEL_DATA, KERNEL_DEVICE };

/* A page of the kernel half, at a physical address. */
/*@ requires physical_ok(physical) && KERNEL_CODE <= kind <= KERNEL_DEVICE;
    assigns \nothing;
    ensures exclusive: pte_exclusive(\result);
    ensures address: pte_address(\result, physical);
    ensures kernel: PTE_HAS(\result, PTE_PRESENT) && !PTE_HAS(\result, PTE_USER);
    ensures code: !PTE_HAS(\result, PTE_NO_EXECUTE) <==> kind == KERNEL_CODE;
    ensures write: PTE_HAS(\result, PTE_WRITE) <==> kind == KERNEL_DATA || kind == KERNEL_DEVICE;
*/
static inline uint64_t pte_kernel_page(uint64_t physical, enum kernel_page kind)
{
    uint64_t entry = physical + (PTE_PRESENT | PTE_GLOBAL | PTE_USED);

    switch (kind) {
    case KERNEL_CODE:
        return entry;
    case KERNEL_CONSTANT:
        return entry + PTE_NO_EXECUTE;
    case KERNEL_DATA:
        return entry + (PTE_WRITE | PTE_NO_EXECUTE);
    case KERNEL_DEVICE:
        break;
    }
    return entry + (PTE_WRITE | PTE_NO_EXECUTE | PTE_UNCACHED);
}

/* A table of the kernel half. */
/*@ requires physical_ok(physical);
    assigns \nothing;
    ensures address: pte_address(\result, physical);
    ensures flags: \result % PAGE_SIZE == (PTE_PRESENT | PTE_WRITE);
*/
static inline uint64_t pte_kernel_table(uint64_t physical)
{
    return physical + (PTE_PRESENT | PTE_WRITE);
}
