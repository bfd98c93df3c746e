/* SPDX-License-Identifier: BSD-2-Clause */
/* Own mappings and the heap, over a kernel that keeps a list of what is mapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "signet/frames.h"
#include "signet/object.h"
#include "start/process.h"

#define FRAMES 1000u
#define REGION_MAX 256u

struct region {
    uint64_t address;
    uint32_t pages; /* 0: none */
};

static struct region regions[REGION_MAX];
static uint32_t object_count; /* made and not destroyed */
static uint32_t fail_maps;

void *heap_sbrk(intptr_t increment); /* sbrk, by a name of its own beside the host's */

static uint64_t do_map(const struct sg_registers *registers)
{
    struct region fresh = {registers->word[1], (uint32_t)(registers->word[2] >> 32)};
    uint32_t empty = REGION_MAX;

    assert_true(fresh.pages > 0 && fresh.pages <= SG_MAP_PAGES_MAX);
    assert_int_equal(fresh.address % SG_PAGE_SIZE, 0);
    for (uint32_t i = 0; i < REGION_MAX; i++) {
        const struct region *old = &regions[i];
        if (old->pages == 0)
            empty = i;
        else
            assert_true(old->address + old->pages * SG_PAGE_SIZE <= fresh.address ||
                        fresh.address + fresh.pages * SG_PAGE_SIZE <= old->address);
    }
    assert_true(empty < REGION_MAX);
    regions[empty] = fresh;
    return empty;
}

static void answer(struct sg_registers *registers)
{
    uint32_t method = registers->operation >> 16 & 0xffff;
    int32_t result = SG_OK;

    if (registers->handle == sg_handle_word(fake_startup.aspace) && method == SG_ASPACE_MAP) {
        if (fail_maps > 0) {
            fail_maps--;
            result = SG_NO_FRAMES;
        } else {
            registers->handle = do_map(registers);
        }
    } else if (registers->handle == sg_handle_word(fake_startup.aspace)) {
        if (regions[registers->word[0]].pages == 0)
            result = SG_BAD_ARGUMENT;
        regions[registers->word[0]].pages = 0;
    } else if (registers->handle == sg_handle_word(fake_startup.untyped)) {
        object_count++;
        registers->handle = sg_handle_word((struct sg_handle){100 + object_count, 1});
    } else if (method == SG_DESTROY) {
        object_count--;
    } else {
        assert_int_equal(method, SG_RELEASE);
    }
    sg_registers_return(registers, result, 0, 0);
}

static int setup(void **state)
{
    (void)state;
    fake_startup.aspace = (struct sg_handle){1, 1};
    fake_startup.untyped = (struct sg_handle){2, 1};
    fake_startup.frame_first = 10;
    fake_startup.frame_count = FRAMES;
    fake_begin(0);
    fake_kernel.invoke = answer;
    fail_maps = 0;
    return 0;
}

static void mappings_keep_apart(void **state)
{
    struct sg_handle memory = {50, 1};
    void *a, *b, *c, *d;

    (void)state;
    assert_int_equal(sg_map(memory, 0, 3, SG_MAP_READ, &a), SG_OK);
    assert_int_equal(sg_map(memory, 0, 1, SG_MAP_READ, &b), SG_OK);
    assert_int_equal(sg_map(memory, 0, 2, SG_MAP_READ, &c), SG_OK);
    assert_ptr_equal(b, (uint8_t *)a + (3 + SG_MAP_GUARD_PAGES) * SG_PAGE_SIZE);
    assert_ptr_equal(c, (uint8_t *)b + (1 + SG_MAP_GUARD_PAGES) * SG_PAGE_SIZE);
    assert_int_equal(sg_unmap(b), SG_OK);
    assert_int_equal(sg_map(memory, 0, 2, SG_MAP_READ, &d), SG_OK);
    assert_ptr_equal(d, (uint8_t *)c + (2 + SG_MAP_GUARD_PAGES) * SG_PAGE_SIZE);
    assert_int_equal(sg_map(memory, 0, 1, SG_MAP_READ, &d), SG_OK);
    assert_ptr_equal(d, b);
    assert_int_equal(sg_unmap((uint8_t *)a + 1), SG_BAD_ARGUMENT);
    assert_int_equal(sg_unmap(a), SG_OK);
    assert_int_equal(sg_unmap(a), SG_BAD_ARGUMENT);
}

static struct region *region_at(const void *address)
{
    struct region *region = regions;

    while (region->pages == 0 || region->address != (uintptr_t)address)
        region++;
    return region;
}

/* The other process destroyed a memory that was mapped here. */
static void a_mapping_may_be_gone(void **state)
{
    struct sg_handle memory = {50, 1};
    void *a, *b;

    (void)state;
    assert_int_equal(sg_map(memory, 0, 3, SG_MAP_READ, &a), SG_OK);
    region_at(a)->pages = 0;
    assert_int_equal(sg_unmap(a), SG_OK);
    assert_int_equal(sg_unmap(a), SG_BAD_ARGUMENT);
    assert_int_equal(sg_map(memory, 0, 3, SG_MAP_READ, &a), SG_OK);
    struct region *freed = region_at(a);
    freed->pages = 0;
    for (struct region *region = freed + 1; region < regions + REGION_MAX; region++)
        assert_int_equal(region->pages, 0); /* so that the next mapping gets its number */
    assert_int_equal(sg_map(memory, 0, 2, SG_MAP_READ, &b), SG_OK);
    assert_int_equal(sg_unmap(a), SG_OK);
    assert_int_equal(region_at(b)->pages, 2);
    assert_int_equal(sg_unmap(b), SG_OK);
}

static void new_memory_goes_back(void **state)
{
    uint32_t before = sg_own_frames()->free_count;
    uint32_t objects = object_count;
    void *address;

    (void)state;
    assert_int_equal(sg_map_new(5, SG_MAP_READ, &address), SG_OK);
    assert_int_equal(sg_own_frames()->free_count, before - 6);
    assert_int_equal(sg_unmap(address), SG_OK);
    assert_int_equal(sg_own_frames()->free_count, before);
    fail_maps = 1;
    assert_int_equal(sg_map_new(5, SG_MAP_READ, &address), SG_NO_FRAMES);
    assert_int_equal(sg_own_frames()->free_count, before);
    assert_int_equal(object_count, objects);
    assert_int_equal(sg_map_new(SG_MAP_PAGES_MAX, SG_MAP_READ, &address), SG_OK);
    void *second;
    assert_int_equal(sg_map_new(SG_MAP_PAGES_MAX, SG_MAP_READ, &second), SG_NO_FRAMES);
    assert_int_equal(sg_unmap(address), SG_OK);
    assert_int_equal(sg_map_new(SG_MAP_PAGES_MAX + 1, SG_MAP_READ, &address), SG_BAD_ARGUMENT);
    assert_int_equal(sg_map_new(0, SG_MAP_READ, &address), SG_BAD_ARGUMENT);
}

/* The heap lives as long as the process, so one test grows it to its end. */
static void the_heap_grows_to_the_quota(void **state)
{
    uint64_t base = process_range()->heap_base;
    uint32_t objects = object_count;
    uint64_t bytes = 0;

    (void)state;
    assert_ptr_equal(heap_sbrk(0), (void *)(uintptr_t)base);
    fail_maps = 3; /* as many pages as it would like, then half, then one */
    assert_ptr_equal(heap_sbrk(100), (void *)-1);
    assert_ptr_equal(heap_sbrk(-1), (void *)-1);
    while (heap_sbrk(5000) != (void *)-1)
        bytes += 5000;
    assert_ptr_equal(heap_sbrk(0), (void *)(uintptr_t)(base + bytes));
    assert_true(bytes / SG_PAGE_SIZE > (FRAMES - 10) * 9 / 10);
    assert_true(object_count - objects < 40);
    assert_ptr_equal(heap_sbrk(-5000), (void *)(uintptr_t)(base + bytes));
    assert_ptr_equal(heap_sbrk(5000), (void *)(uintptr_t)(base + bytes - 5000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mappings_keep_apart, setup),
        cmocka_unit_test_setup(a_mapping_may_be_gone, setup),
        cmocka_unit_test_setup(new_memory_goes_back, setup),
        cmocka_unit_test_setup(the_heap_grows_to_the_quota, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
