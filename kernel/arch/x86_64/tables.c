/* SPDX-License-Identifier: BSD-2-Clause */
/* The user half of an address space. Every table but the root is taken from the aspace's own pool when
   it gets its first entry and given back with its last, so a table in the pool is all zero;
   frame.entries counts the entries of the user half. */
#include "arch/arch.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/pte.h"

#define ROOT_LEVEL 3u
#define TABLE_BYTES (TABLE_ENTRIES * PAGE_SIZE) /* of addresses that share a page table */
#define NO_PLACE UINT64_MAX                     /* no page table is remembered */

void arch_tables_init(struct page_tables *tables)
{
    uint32_t number = pool_take_any(&tables->pool);
    uint64_t *root = arch_frame_pointer(tables->first_frame + number);
    const uint64_t *kernel = (const uint64_t *)(DIRECT_MAP + area_self()->kernel_root);

    ASSERT(number == 0);
    tables->recent_place = NO_PLACE;
    arch_copy_words(root + TABLE_KERNEL_HALF, kernel + TABLE_KERNEL_HALF,
                    TABLE_ENTRIES - TABLE_KERNEL_HALF);
}

static uint64_t *entry_of(uint32_t table, uint64_t address, uint32_t level)
{
    uint64_t *entries = arch_frame_once(table);

    return &entries[pte_index(address, level)];
}

/* Whether pages are all in the table that is remembered. */
static inline bool are_recent(const struct page_tables *tables, uint64_t address, uint32_t count)
{
    return address / TABLE_BYTES == tables->recent_place &&
           pte_index(address, 0) + count <= TABLE_ENTRIES;
}

static inline bool are_empty(const uint64_t *entry, uint32_t count)
{
    uint64_t bits = 0;

    for (uint32_t i = 0; i < count; i++)
        bits |= entry[i];
    return bits == 0;
}

/* Maps pages in the table that is remembered, the first as the value says. */
static inline void fill(struct page_tables *tables, uint64_t address, uint32_t count,
                        uint64_t value)
{
    uint64_t *entry = tables->recent_entries + pte_index(address, 0);

    *tables->recent_count += count;
    for (uint32_t i = 0; i < count; i++)
        entry[i] = value + i * PAGE_SIZE;
}

/* Walks towards the page table of an address as far as there are tables: notes the table of each level
   and returns the lowest level there is. */
static uint32_t walk(const struct page_tables *tables, uint64_t address,
                     uint32_t path[ROOT_LEVEL + 1])
{
    uint32_t level = ROOT_LEVEL;

    path[level] = tables->first_frame;
    for (; level > 0; level--) {
        uint64_t entry = *entry_of(path[level], address, level);

        if (entry == 0)
            break;
        path[level - 1] = pte_frame(entry);
    }
    return level;
}

/* How many of the pages of [address, end) share the page table of the first. */
static uint32_t pages_in_table(uint64_t address, uint64_t end)
{
    uint64_t left = TABLE_BYTES - address % TABLE_BYTES;

    return (uint32_t)((end - address < left ? end - address : left) / PAGE_SIZE);
}

/* Whether the pages of [start, end) are unmapped, and tables free for those that are missing. */
static enum sg_status check(const struct page_tables *tables, uint64_t start, uint64_t end)
{
    uint32_t path[ROOT_LEVEL + 1];
    uint32_t missing = 0;
    uint32_t count;

    for (uint64_t address = start; address < end; address += count * PAGE_SIZE) {
        uint32_t level = walk(tables, address, path);

        count = pages_in_table(address, end);
        if (level == 0 && !are_empty(entry_of(path[0], address, 0), count))
            return SG_EXISTS;
        for (; level > 0; level--) /* pages before these may share the tables above */
            missing += address == start || address % (TABLE_BYTES << 9 * (level - 1)) == 0;
    }
    return missing <= pool_left(&tables->pool) ? SG_OK : SG_NO_FRAMES;
}

/* Remembers the page table of an address; missing tables are made. */
static void make_table(struct page_tables *tables, uint64_t address)
{
    struct frame *frames = tables->frames->table;
    uint32_t path[ROOT_LEVEL + 1];

    for (uint32_t level = walk(tables, address, path); level > 0; level--) {
        path[level - 1] = tables->first_frame + pool_take_any(&tables->pool);
        *entry_of(path[level], address, level) = pte_user_table(path[level - 1]);
        frames[path[level]].entries++;
    }
    tables->recent_place = address / TABLE_BYTES;
    tables->recent_entries = arch_frame_pointer(path[0]);
    tables->recent_count = &frames[path[0]].entries;
}

static NOINLINE enum sg_status map_far(struct page_tables *tables, uint64_t address, uint64_t end,
                                       uint64_t value)
{
    enum sg_status status = check(tables, address, end);
    uint32_t count;

    for (; status == SG_OK && address < end; address += count * PAGE_SIZE) {
        count = pages_in_table(address, end);
        make_table(tables, address);
        fill(tables, address, count, value);
        value += count * PAGE_SIZE;
    }
    return status;
}

enum sg_status arch_map(struct page_tables *tables, uint64_t address, uint32_t first_frame,
                        uint32_t page_count, uint32_t permissions)
{
    uint64_t value = pte_user_page(first_frame, permissions);

    if (!are_recent(tables, address, page_count))
        return map_far(tables, address, address + page_count * PAGE_SIZE, value);
    if (!are_empty(tables->recent_entries + pte_index(address, 0), page_count))
        return SG_EXISTS;
    fill(tables, address, page_count, value);
    return SG_OK;
}

/* Clears entries of one page table, and gives back every table that has none left. */
static void clear_entries(struct page_tables *tables, uint64_t address, uint32_t count)
{
    struct frame *frames = tables->frames->table;
    uint32_t path[ROOT_LEVEL + 1];
    uint32_t level = walk(tables, address, path);

    arch_zero_words(entry_of(path[0], address, 0), count);
    frames[path[0]].entries -= count;
    while (level < ROOT_LEVEL && frames[path[level]].entries == 0) {
        pool_give(&tables->pool, path[level] - tables->first_frame);
        level++;
        *entry_of(path[level], address, level) = 0;
        frames[path[level]].entries--;
    }
}

static SPARING void unmap_far(struct page_tables *tables, uint64_t address, uint64_t end)
{
    uint32_t count;

    tables->recent_place = NO_PLACE;
    for (; address < end; address += count * PAGE_SIZE) {
        count = pages_in_table(address, end);
        clear_entries(tables, address, count);
    }
}

void arch_unmap(struct page_tables *tables, uint64_t address, uint32_t page_count)
{
    uint64_t end = address + page_count * PAGE_SIZE;

    if (are_recent(tables, address, page_count) && *tables->recent_count > page_count) {
        arch_zero_words(tables->recent_entries + pte_index(address, 0), page_count);
        *tables->recent_count -= page_count;
    } else {
        unmap_far(tables, address, end);
    }
    /* An address space that is not loaded has nothing in the TLB: loading CR3 empties the user half. */
    flush_ask((uint64_t)tables->first_frame << PAGE_SHIFT, address, end);
}
