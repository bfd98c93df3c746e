/* SPDX-License-Identifier: BSD-2-Clause */
/* The user half of an address space. Every table but the root is taken from the aspace's own pool when
   it gets its first entry and given back with its last, so a table in the pool is all zero;
   frame.entries counts the entries of the user half. */
#include "arch/arch.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/pte.h"

#define ROOT_LEVEL 3u
#define TABLE_BYTES (TABLE_ENTRIES * PAGE_SIZE) /* of addresses that share a page table */

void arch_tables_init(struct page_tables *tables)
{
    uint32_t number = pool_take_any(&tables->pool);
    uint64_t *root = arch_frame_pointer(tables->first_frame + number);
    const uint64_t *kernel = (const uint64_t *)(DIRECT_MAP + area_self()->kernel_root);

    ASSERT(number == 0);
    arch_copy_words(root + TABLE_KERNEL_HALF, kernel + TABLE_KERNEL_HALF,
                    TABLE_ENTRIES - TABLE_KERNEL_HALF);
}

static uint64_t *entry_of(uint32_t table, uint64_t address, uint32_t level)
{
    uint64_t *entries = arch_frame_once(table);

    return &entries[pte_index(address, level)];
}

/* Pages of [address, address + count) that share the page table of the first. */
static uint32_t pages_in_table(uint64_t address, uint32_t count)
{
    uint32_t left = TABLE_ENTRIES - pte_index(address, 0);

    return count < left ? count : left;
}

/* Whether an address is the first of [start, ...) to need its table of a level. */
static bool is_first_in_table(uint64_t start, uint64_t address, uint32_t level)
{
    uint32_t shift = PAGE_SHIFT + 9 * (level + 1);

    return address == start || (address >> shift) != ((address - 1) >> shift);
}

/* The page table of an address if it was the last one made or mapped in, or FRAME_NONE. */
static inline uint32_t recent_table(const struct page_tables *tables, uint64_t address)
{
    return address / TABLE_BYTES == tables->recent_place ? tables->recent_table : FRAME_NONE;
}

/* Walks to the page table of an address: its frame, or FRAME_NONE and in *missing how many tables
   there have to be made for this address that `start` did not already need. */
static uint32_t look_up(const struct page_tables *tables, uint64_t start, uint64_t address,
                        uint32_t *missing)
{
    uint32_t table = recent_table(tables, address);

    if (table != FRAME_NONE)
        return table;
    table = tables->first_frame;
    for (uint32_t level = ROOT_LEVEL; level > 0; level--) {
        uint64_t entry = *entry_of(table, address, level);

        if (entry == 0) {
            for (uint32_t below = level; below > 0; below--)
                *missing += is_first_in_table(start, address, below - 1) ? 1 : 0;
            return FRAME_NONE;
        }
        table = pte_frame(entry);
    }
    return table;
}

enum sg_status arch_map_check(const struct page_tables *tables, uint64_t address,
                              uint32_t page_count)
{
    uint64_t start = address;
    uint32_t missing = 0;

    while (page_count > 0) {
        uint32_t count = pages_in_table(address, page_count);
        uint32_t table = look_up(tables, start, address, &missing);
        const uint64_t *entry = entry_of(table, address, 0);

        for (uint32_t i = 0; table != FRAME_NONE && i < count; i++)
            if (entry[i] != 0)
                return SG_EXISTS;
        address += count * PAGE_SIZE;
        page_count -= count;
    }
    return missing <= pool_left(&tables->pool) ? SG_OK : SG_NO_FRAMES;
}

/* The page table of an address; missing tables are made. */
static uint32_t make_table(struct page_tables *tables, uint64_t address)
{
    struct frame *frames = tables->frames->table;
    uint32_t table = recent_table(tables, address);

    if (table != FRAME_NONE)
        return table;
    table = tables->first_frame;
    for (uint32_t level = ROOT_LEVEL; level > 0; level--) {
        uint64_t *entry = entry_of(table, address, level);

        if (*entry == 0) {
            *entry = pte_user_table(tables->first_frame + pool_take_any(&tables->pool));
            frames[table].entries++;
        }
        table = pte_frame(*entry);
    }
    tables->recent_place = address / TABLE_BYTES;
    tables->recent_table = table;
    return table;
}

void arch_map(struct page_tables *tables, uint64_t address, uint32_t first_frame,
              uint32_t page_count, uint32_t permissions)
{
    while (page_count > 0) {
        uint32_t count = pages_in_table(address, page_count);
        uint32_t table = make_table(tables, address);
        uint64_t *entry = entry_of(table, address, 0);
        uint64_t value = pte_user_page(first_frame, permissions);

        for (uint32_t i = 0; i < count; i++)
            entry[i] = value + i * PAGE_SIZE;
        tables->frames->table[table].entries += count;
        first_frame += count;
        address += count * PAGE_SIZE;
        page_count -= count;
    }
}

/* Clears entries of one page table, and gives back every table that has none left. */
static void clear_entries(struct page_tables *tables, uint64_t address, uint32_t count)
{
    struct frame *frames = tables->frames->table;
    uint32_t path[ROOT_LEVEL + 1];
    uint32_t level = 0;
    uint32_t recent = recent_table(tables, address);

    if (recent != FRAME_NONE && frames[recent].entries > count) {
        arch_zero_words(entry_of(recent, address, 0), count);
        frames[recent].entries -= count;
        return;
    }
    tables->recent_table = FRAME_NONE;
    path[ROOT_LEVEL] = tables->first_frame;
    for (uint32_t i = ROOT_LEVEL; i > 0; i--)
        path[i - 1] = pte_frame(*entry_of(path[i], address, i));
    arch_zero_words(entry_of(path[0], address, 0), count);
    frames[path[0]].entries -= count;
    while (level < ROOT_LEVEL && frames[path[level]].entries == 0) {
        pool_give(&tables->pool, path[level] - tables->first_frame);
        level++;
        *entry_of(path[level], address, level) = 0;
        frames[path[level]].entries--;
    }
}

void arch_unmap(struct page_tables *tables, uint64_t address, uint32_t page_count)
{
    uint64_t start = address;
    uint32_t left = page_count;

    while (left > 0) {
        uint32_t count = pages_in_table(address, left);

        clear_entries(tables, address, count);
        address += count * PAGE_SIZE;
        left -= count;
    }
    /* An address space that is not loaded has nothing in the TLB: loading CR3 empties the user half. */
    flush_ask((uint64_t)tables->first_frame << PAGE_SHIFT, start, address);
}
