/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables of four levels in frames of the pool, and the TLB that remembers them. An entry is the
   frame, the permissions of the page, and a bit that says it is there. */
#include "host.h"

#define LEVELS 4u
#define ENTRY_PRESENT 8u
#define ENTRY_PERMISSIONS 7u

static uint64_t *table_at(const struct page_tables *tables, uint32_t number)
{
    return arch_frame_pointer(tables->first_frame + number);
}

static uint32_t *entries_of(const struct page_tables *tables, uint32_t number)
{
    return &tables->frames->table[tables->first_frame + number].entries;
}

static uint32_t entry_frame(uint64_t entry)
{
    return (uint32_t)(entry >> PAGE_SHIFT);
}

/* The place of a page in the table of a level; level 0 holds pages. */
static uint32_t place(uint64_t page, uint32_t level)
{
    return (uint32_t)(page >> 9 * level & 511);
}

void arch_tables_init(struct page_tables *tables)
{
    uint32_t root = pool_take_any(&tables->pool);

    ASSERT(root == 0);
    arch_zero_words(table_at(tables, root), PAGE_SIZE / sizeof(uint64_t));
}

/* Tables missing for the pages [first, last] below a table (NULL: it is missing itself); a page that
   is there makes is_occupied true. */
static uint32_t missing(const uint64_t *table, uint32_t level, uint64_t first, uint64_t last,
                        bool *is_occupied)
{
    uint64_t span = UINT64_C(1) << 9 * level;
    uint32_t count = 0;

    for (uint64_t page = first; page <= last; page = (page / span + 1) * span) {
        uint64_t entry = table != NULL ? table[place(page, level)] : 0;
        uint64_t end = (page / span + 1) * span - 1;

        if (level == 0) {
            *is_occupied |= entry != 0;
            continue;
        }
        const uint64_t *below = entry != 0 ? arch_frame_pointer(entry_frame(entry)) : NULL;
        count +=
            (below == NULL) + missing(below, level - 1, page, end < last ? end : last, is_occupied);
    }
    return count;
}

static enum sg_status check(const struct page_tables *tables, uint64_t address, uint32_t page_count)
{
    uint64_t first = address >> PAGE_SHIFT;
    bool is_occupied = false;
    uint32_t count =
        missing(table_at(tables, 0), LEVELS - 1, first, first + page_count - 1, &is_occupied);

    if (is_occupied)
        return SG_EXISTS;
    return count <= pool_left(&tables->pool) ? SG_OK : SG_NO_FRAMES;
}

/* The table below an entry, made when it is missing. */
static uint32_t descend(struct page_tables *tables, uint32_t number, uint32_t index)
{
    uint64_t *entry = &table_at(tables, number)[index];

    if (*entry == 0) {
        uint32_t below = pool_take_any(&tables->pool);

        ASSERT(*entries_of(tables, below) == 0);
        *entry = (uint64_t)(tables->first_frame + below) << PAGE_SHIFT | ENTRY_PRESENT;
        ++*entries_of(tables, number);
    }
    return entry_frame(*entry) - tables->first_frame;
}

enum sg_status arch_map(struct page_tables *tables, uint64_t address, uint32_t first_frame,
                        uint32_t page_count, uint32_t permissions)
{
    enum sg_status status = check(tables, address, page_count);

    if (status != SG_OK)
        return status;
    ASSERT((permissions & (SG_MAP_WRITE | SG_MAP_EXECUTE)) != (SG_MAP_WRITE | SG_MAP_EXECUTE));
    for (uint32_t i = 0; i < page_count; i++) {
        uint64_t page = (address >> PAGE_SHIFT) + i;
        uint32_t number = 0;

        for (uint32_t level = LEVELS - 1; level > 0; level--)
            number = descend(tables, number, place(page, level));
        uint64_t *entry = &table_at(tables, number)[place(page, 0)];
        ASSERT(*entry == 0);
        *entry = (uint64_t)(first_frame + i) << PAGE_SHIFT | ENTRY_PRESENT | permissions;
        ++*entries_of(tables, number);
    }
    return SG_OK;
}

/* Takes one page out and gives the tables back that become empty. */
static void unmap_page(struct page_tables *tables, uint64_t page)
{
    uint32_t number[LEVELS] = {0};
    uint32_t level = LEVELS - 1;

    number[level] = 0;
    while (level > 0) {
        uint64_t entry = table_at(tables, number[level])[place(page, level)];

        ASSERT(entry != 0);
        number[level - 1] = entry_frame(entry) - tables->first_frame;
        level--;
    }
    ASSERT(table_at(tables, number[0])[place(page, 0)] != 0);
    for (level = 0; level < LEVELS; level++) {
        table_at(tables, number[level])[place(page, level)] = 0;
        if (--*entries_of(tables, number[level]) != 0 || level == LEVELS - 1)
            return;
        pool_give(&tables->pool, number[level]);
    }
}

void arch_unmap(struct page_tables *tables, uint64_t address, uint32_t page_count)
{
    for (uint32_t i = 0; i < page_count; i++)
        unmap_page(tables, (address >> PAGE_SHIFT) + i);
    for (uint32_t i = 0; i < machine.cpu_count; i++) {
        if (host.cpu[i].tables != tables)
            continue;
        if (&host.cpu[i] == host_self())
            host_self()->tlb_count = 0;
        else
            host.cpu[i].has_to_forget = true;
    }
}

bool host_translate(const struct page_tables *tables, uint64_t address, uint32_t *frame,
                    uint32_t *permissions)
{
    const uint64_t *table = table_at(tables, 0);
    uint64_t page = address >> PAGE_SHIFT;

    for (uint32_t level = LEVELS - 1; level > 0; level--) {
        if (table[place(page, level)] == 0)
            return false;
        table = arch_frame_pointer(entry_frame(table[place(page, level)]));
    }
    uint64_t entry = table[place(page, 0)];
    if (entry == 0)
        return false;
    *frame = entry_frame(entry);
    *permissions = (uint32_t)(entry & ENTRY_PERMISSIONS);
    return true;
}

void *host_user_pointer(uint64_t address, enum sg_permission access)
{
    uint32_t permissions;
    uint32_t frame;

    struct host_processor *self = host_self();

    if (self->tables == NULL || !host_translate(self->tables, address, &frame, &permissions) ||
        (permissions & access) != (uint32_t)access)
        return NULL;
    if (self->tlb_count < HOST_TLB_MAX)
        self->tlb[self->tlb_count++] = (struct host_tlb_entry){address >> PAGE_SHIFT, frame};
    return (uint8_t *)arch_frame_pointer(frame) + address % PAGE_SIZE;
}

void arch_flush(void)
{
    for (uint32_t i = 0; i < machine.cpu_count; i++) {
        if (!host.cpu[i].has_to_forget)
            continue;
        host.cpu[i].has_to_forget = false;
        host.cpu[i].tlb_count = 0;
        host.flushes++;
    }
}
