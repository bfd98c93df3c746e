/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/paging.h"

#include "arch/arch.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/pte.h"
#include "arch/x86_64/x86.h"

#define EARLY_MEMORY_END (UINT64_C(1) << 32) /* what boot.S has mapped */
#define CPUID_GIB_PAGES (1u << 26)

extern uint8_t image_start[], code_start[], text_end[], rodata_start[], rodata_end[], data_start[],
    image_end[];

/* Where tables come from: the end of a free range, downwards. */
static struct boot_range supply;
static uint64_t *root;
static uint32_t largest_level; /* of a page: 1 is 2 MiB, 2 is 1 GiB */

uint64_t *paging_code_entries;

static uint64_t device_page[DEVICE_PAGES_MAX];
static uint32_t device_count;

static uint64_t image_physical(const uint8_t *address)
{
    return (uint64_t)address - IMAGE_OFFSET;
}

static uint64_t page_bytes(uint32_t level)
{
    return PAGE_SIZE << (9 * level);
}

static uint64_t *table_pointer(uint64_t physical)
{
    return (uint64_t *)(DIRECT_MAP + physical);
}

static uint64_t take_table(void)
{
    if (supply.end - supply.start < PAGE_SIZE)
        arch_panic("boot: memory: no room for the kernel's page tables");
    supply.end -= PAGE_SIZE;
    arch_zero_words(table_pointer(supply.end), TABLE_ENTRIES);
    return supply.end;
}

/* The entry of an address in its table of a level; missing tables are made. */
static uint64_t *find_entry(uint64_t address, uint32_t level)
{
    uint64_t *table = root;

    for (uint32_t i = 3; i > level; i--) {
        uint64_t *entry = &table[pte_index(address, i)];

        if (*entry == 0)
            *entry = pte_kernel_table(take_table());
        ASSERT((*entry & PTE_LARGE) == 0);
        table = table_pointer(*entry & PTE_ADDRESS);
    }
    return &table[pte_index(address, level)];
}

/* The level of the largest page that may start here. */
static uint32_t page_level(uint64_t address, struct boot_range range)
{
    uint32_t level = largest_level;

    while (level > 0 && ((address | range.start) % page_bytes(level) != 0 ||
                         range.end - range.start < page_bytes(level)))
        level--;
    return level;
}

/* Maps physical pages at an address. */
static void map_range(uint64_t address, struct boot_range range, enum kernel_page kind)
{
    while (range.start < range.end) {
        uint32_t level = page_level(address, range);
        uint64_t *entry = find_entry(address, level);

        ASSERT(*entry == 0);
        *entry = pte_kernel_page(range.start, kind) | (level != 0 ? PTE_LARGE : 0);
        address += page_bytes(level);
        range.start += page_bytes(level);
    }
}

/* Maps part of the image in pages of 4 KiB. */
static void map_image(const uint8_t *start, const uint8_t *end, enum kernel_page kind)
{
    for (const uint8_t *page = start; page < end; page += PAGE_SIZE)
        *find_entry((uint64_t)page, 0) = pte_kernel_page(image_physical(page), kind);
}

/* Gives the stacks of a CPU new memory, but for the first's, which are in the image; no guard is mapped. */
static void map_stacks(uint32_t number)
{
    struct area_stacks *stacks = area_stacks(number);

    for (uint8_t *page = stacks->guard; page < (uint8_t *)(stacks + 1); page += PAGE_SIZE) {
        if (page == stacks->guard || page == stacks->double_fault_guard ||
            page == stacks->abort_guard)
            *find_entry((uint64_t)page, 0) = 0;
        else if (number != 0)
            *find_entry((uint64_t)page, 0) = pte_kernel_page(take_table(), KERNEL_DATA);
    }
}

/* Boot loaders may put modules below the memory that is used otherwise. */
static void map_memory(const struct boot_ranges *memory, const struct boot_ranges *in_use)
{
    struct boot_range constant = {image_physical(code_start), image_physical(rodata_end)};
    struct boot_ranges writable = *memory;

    for (uint32_t i = 0; i < in_use->count; i++)
        ranges_add(&writable, in_use->range[i]);
    ranges_remove(&writable, constant);
    for (uint32_t i = 0; i < writable.count; i++)
        map_range(DIRECT_MAP + writable.range[i].start, writable.range[i], KERNEL_DATA);
    map_range(DIRECT_MAP + constant.start, constant, KERNEL_CONSTANT);
}

/* The highest free range that the early tables reach and that has a page a range and a GiB to spare. */
static void find_supply(const struct boot_ranges *memory, const struct boot_ranges *in_use,
                        uint32_t cpu_count)
{
    struct boot_ranges free = *memory;
    uint64_t needed =
        (uint64_t)memory->count * 4 + 16 + cpu_count * (sizeof(struct area_stacks) / PAGE_SIZE);

    for (uint32_t i = 0; i < memory->count; i++)
        needed += (memory->range[i].end - memory->range[i].start) >> 30;
    for (uint32_t i = 0; i < in_use->count; i++)
        ranges_remove(&free, in_use->range[i]);
    ranges_remove(&free, paging_image());
    ranges_remove(&free, (struct boot_range){EARLY_MEMORY_END, UINT64_MAX});
    ranges_to_pages(&free);
    for (uint32_t i = 0; i < free.count; i++)
        if (free.range[i].end - free.range[i].start >= needed * PAGE_SIZE)
            supply = free.range[i];
}

void paging_init(struct boot_ranges *memory, const struct boot_ranges *in_use, uint32_t cpu_count)
{
    largest_level = x86_cpuid(0x80000001).d & CPUID_GIB_PAGES ? 2 : 1;
    find_supply(memory, in_use, cpu_count);
    uint64_t supply_end = supply.end;
    root = table_pointer(take_table());
    map_memory(memory, in_use);
    map_image(code_start, text_end, KERNEL_CODE);
    map_image(rodata_start, rodata_end, KERNEL_CONSTANT);
    map_image(data_start, image_end, KERNEL_DATA);
    for (uint32_t i = 0; i < cpu_count; i++)
        map_stacks(i);
    for (uint32_t i = 0; i < device_count; i++)
        *find_entry(DEVICE_MAP + i * PAGE_SIZE, 0) = pte_kernel_page(device_page[i], KERNEL_DEVICE);
    paging_code_entries = find_entry((uint64_t)code_start, 0);
    ranges_remove(memory, (struct boot_range){supply.end, supply_end});
    area_self()->kernel_root = (uint64_t)root - DIRECT_MAP;
    x86_write_cr3(area_self()->kernel_root);
}

void *paging_add_device(uint64_t physical)
{
    uint64_t page = physical - physical % PAGE_SIZE;
    uint32_t i = 0;

    while (i < device_count && device_page[i] != page)
        i++;
    if (i == DEVICE_PAGES_MAX)
        return NULL;
    if (i == device_count)
        device_page[device_count++] = page;
    return (void *)(DEVICE_MAP + i * PAGE_SIZE + physical % PAGE_SIZE);
}

struct boot_range paging_image(void)
{
    return (struct boot_range){image_physical(image_start), image_physical(image_end)};
}
