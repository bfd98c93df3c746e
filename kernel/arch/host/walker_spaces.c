/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces: every mapped page belongs to a region of a living memory or ring, no page is both
   writable and executable, tables and counts agree, and the TLB holds nothing that is not mapped. */
#include "walker.h"

#include "host.h"
#include "object/aspace.h"
#include "object/memory.h"
#include "object/ring.h"

#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("walker: " __VA_ARGS__))
#define LEVELS 4u
#define ENTRIES 512u /* of a table */

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

/* What the tables of one aspace hold. */
struct tally {
    uint32_t tables;
    uint32_t pages;
};

/* The first entry from one on that is not zero, or ENTRIES. */
static uint32_t next_entry(const uint64_t *table, uint32_t from)
{
    while (from < ENTRIES && table[from] == 0) {
        const uint64_t *next = &table[from];

        from += from % 8 == 0 &&
                        (next[1] | next[2] | next[3] | next[4] | next[5] | next[6] | next[7]) == 0
                    ? 8
                    : 1;
    }
    return from;
}

static void count_tables(const struct page_tables *tables, uint32_t frame, uint32_t level,
                         struct tally *tally)
{
    const uint64_t *table = arch_frame_pointer(frame);
    uint32_t entries = 0;

    EXPECT(frame >= tables->first_frame && frame - tables->first_frame < tables->pool.count &&
               !pool_is_free(&tables->pool, frame - tables->first_frame),
           "table frame %u is not taken from the aspace's pool", frame);
    tally->tables++;
    for (uint32_t i = next_entry(table, 0); i < ENTRIES; i = next_entry(table, i + 1)) {
        entries++;
        if (level > 0) {
            count_tables(tables, (uint32_t)(table[i] >> PAGE_SHIFT), level - 1, tally);
            continue;
        }
        tally->pages++;
        EXPECT((table[i] & (SG_MAP_WRITE | SG_MAP_EXECUTE)) != (SG_MAP_WRITE | SG_MAP_EXECUTE),
               "a page is both writable and executable");
    }
    EXPECT(entries == frame_at(frame)->entries, "table frame %u: expected %u entries, found %u",
           frame, entries, frame_at(frame)->entries);
    EXPECT(entries > 0 || level == LEVELS - 1, "table frame %u is empty", frame);
}

/* A region in the mappings of an object lies on frames of that object. */
static uint32_t check_mappings(uint32_t head, const struct link *mappings,
                               const struct aspace *aspace)
{
    uint32_t pages = 0;

    for (const struct link *link = mappings->next; link != mappings; link = link->next) {
        const struct region *region = CONTAINER_OF(link, struct region, link);
        uint32_t permissions;
        uint32_t frame;

        if (region->aspace != aspace)
            continue;
        EXPECT(!pool_is_free(&aspace->regions, region->number) &&
                   &aspace->region[region->number] == region,
               "object %u: mapped in a region that is free", head);
        for (uint32_t i = 0; i < region->page_count; i++) {
            EXPECT(host_translate(&aspace->tables, region->address + i * PAGE_SIZE, &frame,
                                  &permissions),
                   "object %u: a page of its region is not mapped", head);
            EXPECT(frame_at(frame)->role == FRAME_BODY && frame_at(frame)->head == head,
                   "object %u: its region maps frame %u", head, frame);
        }
        pages += region->page_count;
    }
    return pages;
}

static uint32_t regions_of(const struct aspace *aspace)
{
    uint32_t pages = 0;

    for (uint32_t i = 0; i < walker_heads.count; i++) {
        uint32_t head = walker_heads.head[i];

        if (frame_at(head)->type == SG_TYPE_MEMORY)
            pages += check_mappings(head, &memory_at(head)->mappings, aspace);
        else if (frame_at(head)->type == SG_TYPE_RING)
            pages += check_mappings(head, &ring_at(head)->mappings, aspace);
    }
    return pages;
}

static void check_aspace(uint32_t head)
{
    const struct aspace *aspace = aspace_at(head);
    const struct pool *pool = &aspace->tables.pool;
    struct tally tally = {0};

    count_tables(&aspace->tables, aspace->tables.first_frame, LEVELS - 1, &tally);
    EXPECT(tally.tables == pool->count - pool->free_count,
           "aspace %u: expected %u tables, found %u", head, pool->count - pool->free_count,
           tally.tables);
    uint32_t pages = regions_of(aspace);
    EXPECT(tally.pages == pages, "aspace %u: %u pages mapped, %u in regions", head, tally.pages,
           pages);
}

static void check_tlb(const struct host_processor *cpu)
{
    EXPECT(!cpu->has_to_forget, "a CPU was asked to forget pages, and nobody waited for it");
    for (uint32_t i = 0; i < cpu->tlb_count; i++) {
        const struct host_tlb_entry *entry = &cpu->tlb[i];
        uint32_t permissions;
        uint32_t frame;

        EXPECT(cpu->tables != NULL &&
                   host_translate(cpu->tables, entry->page << PAGE_SHIFT, &frame, &permissions) &&
                   frame == entry->frame,
               "a TLB remembers a page that is no longer mapped");
    }
}

void walker_check_spaces(void)
{
    for (uint32_t i = 0; i < walker_heads.count; i++) {
        const struct frame *frame = frame_at(walker_heads.head[i]);

        if (frame->type == SG_TYPE_ASPACE && !(frame->flags & FRAME_DYING))
            check_aspace(walker_heads.head[i]);
    }
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        check_tlb(&host.cpu[i]);
}
