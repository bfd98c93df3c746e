/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/aspace.h"

#include "object/memory.h"
#include "object/ring.h"
#include "object/thread.h"

#define REGIONS_OFFSET 256u
#define DISMANTLE_REGIONS 32u
#define MAP_WORK 16u   /* to map a page, */
#define UNMAP_WORK 10u /* and to unmap it */

RARELY enum sg_status aspace_check(UNUSED const struct cspace *cspace,
                                   struct create_parameters *parameters)
{
    uint64_t tables = parameters->value[0];
    uint64_t regions = parameters->value[1];

    return tables >= SG_ASPACE_TABLES_MIN && tables <= SG_ASPACE_TABLES_MAX && regions != 0 &&
                   regions <= SG_ASPACE_REGIONS_MAX
               ? SG_OK
               : SG_BAD_ARGUMENT;
}

RARELY void aspace_create(uint32_t head, const struct create_parameters *parameters)
{
    struct aspace *aspace = aspace_at(head);
    uint32_t table_count = (uint32_t)parameters->value[0];
    uint32_t region_count = (uint32_t)parameters->value[1];
    uint16_t *number =
        (uint16_t *)((uint8_t *)aspace + REGIONS_OFFSET + region_count * sizeof(struct region));

    aspace->region = (struct region *)((uint8_t *)aspace + REGIONS_OFFSET);
    pool_init(&aspace->regions, number, number + region_count, region_count);
    number += 2 * region_count;
    pool_init(&aspace->tables.pool, number, number + table_count, table_count);
    aspace->tables.frames = &machine.frames;
    aspace->tables.first_frame = head + machine.frames.table[head].count - table_count;
    list_init(&aspace->threads);
    arch_tables_init(&aspace->tables);
}

/* Whether a range of pages lies in the user half. */
static bool range_is_user(uint64_t address, uint32_t page_count)
{
    return page_count != 0 && page_count <= SG_MAP_PAGES_MAX && address % PAGE_SIZE == 0 &&
           address >= SG_USER_BASE && address <= SG_USER_END - page_count * PAGE_SIZE;
}

static bool permissions_are_sound(uint32_t permissions)
{
    return permissions == SG_MAP_READ || permissions == (SG_MAP_READ | SG_MAP_WRITE) ||
           permissions == (SG_MAP_READ | SG_MAP_EXECUTE);
}

ALWAYS_INLINE enum sg_status aspace_map(struct aspace *aspace, const struct mapping *mapping,
                                        struct link *mappings, uint64_t *number)
{
    if (!range_is_user(mapping->address, mapping->page_count) ||
        !permissions_are_sound(mapping->permissions))
        return SG_BAD_ARGUMENT;
    if (!pool_has(&aspace->regions))
        return SG_LIMIT;
    cpu_work(mapping->page_count * MAP_WORK);
    enum sg_status status = arch_map(&aspace->tables, mapping->address, mapping->first_frame,
                                     mapping->page_count, mapping->permissions);
    if (status != SG_OK)
        return status;
    uint32_t taken = pool_take(&aspace->regions);
    struct region *region = &aspace->region[taken];
    region->aspace = aspace;
    region->address = mapping->address;
    region->page_count = mapping->page_count;
    region->number = taken;
    list_push(mappings, &region->link);
    *number = taken;
    return SG_OK;
}

void region_unmap(struct region *region)
{
    struct aspace *aspace = region->aspace;

    cpu_work(region->page_count * UNMAP_WORK);
    arch_unmap(&aspace->tables, region->address, region->page_count);
    list_remove(&region->link);
    pool_give(&aspace->regions, region->number);
}

/* What may be mapped of the object a capability reaches. */
struct source {
    uint32_t first_frame;
    uint32_t page_count;
    struct link *mappings;
    uint32_t permissions;
};

static enum sg_status find_source(const struct target *target, struct source *source)
{
    uint64_t rights = target->slot->rights;

    if (target->slot->type == SG_TYPE_MEMORY) {
        struct memory *memory = memory_at(target->object);

        *source = (struct source){target->object + 1, memory->page_count, &memory->mappings,
                                  (uint32_t)rights & 7};
        return SG_OK;
    }
    if (target->slot->type == SG_TYPE_RING) {
        struct ring *ring = ring_at(target->object);

        *source = (struct source){ring->shared_frame, ring->shared_pages, &ring->mappings,
                                  rights & SG_BIT(SG_RING_MAP) ? SG_MAP_READ | SG_MAP_WRITE : 0};
        return SG_OK;
    }
    return SG_BAD_TYPE;
}

_Static_assert(SG_BIT(SG_MEMORY_READ) == SG_MAP_READ && SG_BIT(SG_MEMORY_WRITE) == SG_MAP_WRITE &&
                   SG_BIT(SG_MEMORY_EXECUTE) == SG_MAP_EXECUTE,
               "rights of a memory bound the permissions of its mappings");

/* (memory or ring, address, first page | page count << 32, permissions) */
static NOINLINE enum sg_status call_map(struct invocation *invocation)
{
    uint32_t first_page = (uint32_t)invocation->argument[2];
    uint32_t page_count = (uint32_t)(invocation->argument[2] >> 32);
    uint64_t permissions = invocation->argument[3];
    struct target target;
    struct source source;
    enum sg_status status = capability_resolve(
        thread_cspace(invocation->thread), sg_handle_from_word(invocation->argument[0]), &target);

    if (status == SG_OK)
        status = find_source(&target, &source);
    if (status != SG_OK)
        return status;
    if (permissions > 7 || first_page > source.page_count ||
        page_count > source.page_count - first_page)
        return SG_BAD_ARGUMENT;
    if (permissions & ~source.permissions)
        return SG_DENIED;
    struct mapping mapping = {invocation->argument[1], source.first_frame + first_page, page_count,
                              (uint32_t)permissions};
    return aspace_map(aspace_at(invocation->target.object), &mapping, source.mappings,
                      &invocation->value);
}

static NOINLINE enum sg_status call_unmap(struct aspace *aspace, uint64_t number)
{
    if (number >= aspace->regions.count || pool_is_free(&aspace->regions, (uint32_t)number))
        return SG_BAD_ARGUMENT;
    region_unmap(&aspace->region[number]);
    arch_flush();
    return SG_OK;
}

enum sg_status aspace_call(struct invocation *invocation)
{
    switch (invocation->method) {
    case SG_ASPACE_MAP:
        return call_map(invocation);
    case SG_ASPACE_UNMAP:
        return call_unmap(aspace_at(invocation->target.object), invocation->argument[0]);
    default:
        return SG_BAD_OPERATION;
    }
}

/* Threads leave first, so no CPU walks the tables any more; then the records go, and the tables
   with their frames. */
RARELY bool aspace_dismantle(uint32_t head)
{
    struct aspace *aspace = aspace_at(head);
    struct pool *regions = &aspace->regions;

    if (!threads_leave(&aspace->threads, offsetof(struct thread, in_aspace)))
        return false;
    for (uint32_t i = 0; i < DISMANTLE_REGIONS && regions->free_count < regions->count; i++) {
        struct region *region = &aspace->region[regions->order[regions->count - 1]];

        list_remove(&region->link);
        pool_give(regions, region->number);
    }
    return regions->free_count == regions->count;
}
