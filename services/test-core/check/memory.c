/* SPDX-License-Identifier: BSD-2-Clause */
/* What may be mapped where, and what a mapping permits. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>

#define READ_WRITE (SG_MAP_READ | SG_MAP_WRITE)
#define KERNEL_HALF UINT64_C(0xffff800000000000)
#define BORDER UINT64_C(0x300000000000) /* between two page tables that nobody uses */

static struct sg_handle own_space(void)
{
    return sg_self()->aspace;
}

static enum sg_status map_at(struct sg_handle memory, uint64_t address, uint32_t pages,
                             uint32_t permissions)
{
    uint32_t region;
    enum sg_status status =
        sg_aspace_map(own_space(), memory, address, 0, pages, permissions, &region);

    if (status == SG_OK)
        (void)sg_aspace_unmap(own_space(), region);
    return status;
}

static void permissions(struct sg_handle memory, uint64_t free_address)
{
    struct sg_handle less;

    report_status("memory/writable and executable", SG_BAD_ARGUMENT,
                  map_at(memory, free_address, 1, READ_WRITE | SG_MAP_EXECUTE));
    report_status("memory/no permission at all", SG_BAD_ARGUMENT,
                  map_at(memory, free_address, 1, 0));
    report_status("memory/an unknown permission", SG_BAD_ARGUMENT,
                  map_at(memory, free_address, 1, SG_MAP_READ | 8));
    (void)sg_copy(memory, SG_BIT(SG_MEMORY_READ), SG_HANDLE_NONE, &less);
    report_status("memory/write without the right", SG_DENIED,
                  map_at(less, free_address, 1, READ_WRITE));
    report_status("memory/execute without the right", SG_DENIED,
                  map_at(less, free_address, 1, SG_MAP_READ | SG_MAP_EXECUTE));
    report_status("memory/read with the right", SG_OK, map_at(less, free_address, 1, SG_MAP_READ));
    (void)sg_release(less);
}

static void places(struct sg_handle memory, uint64_t free_address, uint64_t taken_address)
{
    report_status("memory/over another mapping", SG_EXISTS,
                  map_at(memory, taken_address, 1, SG_MAP_READ));
    report_status("memory/in the kernel's half", SG_BAD_ARGUMENT,
                  map_at(memory, KERNEL_HALF, 1, SG_MAP_READ));
    report_status("memory/at no canonical address", SG_BAD_ARGUMENT,
                  map_at(memory, UINT64_C(1) << 47, 1, SG_MAP_READ));
    report_status("memory/across the end of the user half", SG_BAD_ARGUMENT,
                  map_at(memory, SG_USER_END - SG_PAGE_SIZE, 2, SG_MAP_READ));
    report_status("memory/at address 0", SG_BAD_ARGUMENT, map_at(memory, 0, 1, SG_MAP_READ));
    report_status("memory/at half a page", SG_BAD_ARGUMENT,
                  map_at(memory, free_address + 8, 1, SG_MAP_READ));
    report_status("memory/more pages than it has", SG_BAD_ARGUMENT,
                  map_at(memory, free_address, 3, SG_MAP_READ));
    report_status("memory/no pages", SG_BAD_ARGUMENT, map_at(memory, free_address, 0, SG_MAP_READ));
    report_status("memory/an unknown region", SG_BAD_ARGUMENT,
                  sg_aspace_unmap(own_space(), UINT32_MAX));
}

/* Two mappings of the same pages show the same bytes. */
static void shared_bytes(struct sg_handle memory)
{
    volatile uint32_t *first, *second;

    if (sg_map(memory, 0, 2, READ_WRITE, (void **)&first) != SG_OK ||
        sg_map(memory, 1, 1, SG_MAP_READ, (void **)&second) != SG_OK)
        return;
    first[SG_PAGE_SIZE / sizeof *first] = 0x51613e7;
    report_equal("memory/two mappings, one memory", 0x51613e7, second[0]);
    permissions(memory, (uintptr_t)second + 64 * SG_PAGE_SIZE);
    places(memory, (uintptr_t)second + 64 * SG_PAGE_SIZE, (uintptr_t)first);
    (void)sg_unmap((void *)(uintptr_t)second);
    (void)sg_unmap((void *)(uintptr_t)first);
}

static void map_here(struct sg_handle memory, uint64_t address, uint32_t pages, uint32_t *region)
{
    report_step("memory/map",
                sg_aspace_map(own_space(), memory, address, 0, pages, READ_WRITE, region));
}

/* Pages on both sides of the border of a page table, of which one side was used last; what is refused
   there has mapped nothing on either. */
static void over_a_border(struct sg_handle memory)
{
    const uint64_t before = BORDER - SG_PAGE_SIZE;
    volatile uint32_t *first = (volatile uint32_t *)before, *second = first + SG_PAGE_SIZE / 4;
    uint32_t beside, across;

    map_here(memory, before - SG_PAGE_SIZE, 1, &beside);
    map_here(memory, before, 2, &across);
    *first = 0x1111;
    *second = 0x2222;
    report_equal("memory/over the border of a page table", 0x1111, first[-(int)SG_PAGE_SIZE / 4]);
    report_equal("memory/behind the border", 0x2222, *second);
    report_step("memory/unmap", sg_aspace_unmap(own_space(), across));
    map_here(memory, BORDER, 1, &across);
    report_equal("memory/what is behind it now", 0x1111, *second);
    report_status("memory/over a mapping behind the border", SG_EXISTS,
                  map_at(memory, before, 2, READ_WRITE));
    report_status("memory/nothing in front of it", SG_OK, map_at(memory, before, 1, READ_WRITE));
    report_step("memory/unmap", sg_aspace_unmap(own_space(), beside));
    report_step("memory/unmap", sg_aspace_unmap(own_space(), across));
}

void check_memory(void)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 2, 0, 0);
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    shared_bytes(memory.handle);
    over_a_border(memory.handle);
    report_status("memory/what is no memory cannot be mapped", SG_BAD_TYPE,
                  map_at(notification.handle, SG_USER_END / 2, 1, SG_MAP_READ));
    (void)sg_owned_destroy(&notification);
    (void)sg_owned_destroy(&memory);
}
