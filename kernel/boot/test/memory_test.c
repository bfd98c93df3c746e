/* SPDX-License-Identifier: BSD-2-Clause */
/* How memory is divided: nothing that is in use becomes free, nothing is given out twice, and all
   that is worth it is given out. */
#include "unit.h"

#include "boot/memory.h"

#define MIB (UINT64_C(1) << 20)

static struct boot_machine machine_of(uint32_t ranges, const uint64_t bounds_mib[][2])
{
    struct boot_machine machine = {.reserved = {MIB, 3 * MIB}, .memory_count = ranges};

    for (uint32_t i = 0; i < ranges; i++)
        machine.memory[i] = (struct boot_range){bounds_mib[i][0] * MIB, bounds_mib[i][1] * MIB};
    return machine;
}

static void add_module(struct boot_machine *machine, uint64_t start, uint64_t end)
{
    machine->module[machine->module_count++].bytes = (struct boot_range){start, end};
}

static bool overlaps(const struct frame_range *range, uint64_t start, uint64_t end)
{
    return range->count != 0 && (uint64_t)range->first << PAGE_SHIFT < end &&
           start < (uint64_t)(range->first + range->count) << PAGE_SHIFT;
}

static bool in_memory(const struct boot_machine *machine, const struct frame_range *range)
{
    uint64_t start = (uint64_t)range->first << PAGE_SHIFT;
    uint64_t end = (uint64_t)(range->first + range->count) << PAGE_SHIFT;

    for (uint32_t i = 0; i < machine->memory_count; i++)
        if (machine->memory[i].start <= start && end <= machine->memory[i].end)
            return true;
    return false;
}

/* What must be true of every plan. */
static void check(const struct boot_machine *machine, const struct memory_plan *plan,
                  uint32_t needed)
{
    struct frame_range all[SG_BOOT_UNTYPED_MAX + 2] = {plan->table, plan->main};
    uint32_t count = 2;

    assert_true(plan->main.count >= needed);
    assert_true((uint64_t)plan->table.count << PAGE_SHIFT >=
                (uint64_t)plan->frame_count * sizeof(struct frame));
    assert_true(plan->other_count < SG_BOOT_UNTYPED_MAX);
    for (uint32_t i = 0; i < plan->other_count; i++)
        all[count++] = plan->other[i];
    for (uint32_t i = 0; i < count; i++) {
        assert_true(in_memory(machine, &all[i]));
        assert_true(all[i].first + all[i].count <= plan->frame_count);
        assert_false(overlaps(&all[i], machine->reserved.start, machine->reserved.end));
        for (uint32_t n = 0; n < i; n++)
            assert_false(overlaps(&all[i], (uint64_t)all[n].first << PAGE_SHIFT,
                                  (uint64_t)(all[n].first + all[n].count) << PAGE_SHIFT));
    }
    /* The modules are read while init is made: neither table nor main root lies on them. */
    for (uint32_t i = 0; i < machine->module_count; i++) {
        const struct boot_range *bytes = &machine->module[i].bytes;

        assert_false(overlaps(&plan->table, bytes->start, bytes->end));
        assert_false(overlaps(&plan->main, bytes->start, bytes->end));
    }
}

static uint64_t frames_in(const struct memory_plan *plan)
{
    uint64_t frames = plan->table.count + plan->main.count;

    for (uint32_t i = 0; i < plan->other_count; i++)
        frames += plan->other[i].count;
    return frames;
}

static void divides_one_range(void **state)
{
    struct boot_machine machine = machine_of(1, (const uint64_t[][2]){{1, 64}});
    struct memory_plan plan;

    (void)state;
    add_module(&machine, 5 * MIB, 6 * MIB + 123);
    assert_int_equal(boot_memory_plan(&machine, 4096, &plan), SG_OK);
    check(&machine, &plan, 4096);
    assert_int_equal(plan.frame_count, 64 * MIB >> PAGE_SHIFT);
    assert_int_equal(plan.table.first, ((6 * MIB) >> PAGE_SHIFT) + 1);
    assert_int_equal(frames_in(&plan), 61 * MIB >> PAGE_SHIFT);
}

static void takes_the_largest_range(void **state)
{
    struct boot_machine machine =
        machine_of(3, (const uint64_t[][2]){{1, 16}, {32, 512}, {4096, 4160}});
    struct memory_plan plan;

    (void)state;
    add_module(&machine, 8 * MIB, 9 * MIB);
    assert_int_equal(boot_memory_plan(&machine, 4096, &plan), SG_OK);
    check(&machine, &plan, 4096);
    assert_int_equal(plan.table.first, 32 * MIB >> PAGE_SHIFT);
    assert_int_equal(plan.frame_count, 4160 * MIB >> PAGE_SHIFT);
    assert_int_equal(frames_in(&plan), (13 + 480 + 64) * MIB >> PAGE_SHIFT);
    assert_int_equal(plan.other_count, 2);
}

/* The kernel in the middle of a range leaves a piece on either side. */
static void goes_around_the_kernel(void **state)
{
    struct boot_machine machine = machine_of(2, (const uint64_t[][2]){{1, 24}, {32, 128}});
    struct memory_plan plan;

    (void)state;
    machine.reserved = (struct boot_range){8 * MIB + 100, 9 * MIB - 100};
    assert_int_equal(boot_memory_plan(&machine, 1000, &plan), SG_OK);
    check(&machine, &plan, 1000);
    assert_int_equal(plan.other_count, 2);
    assert_int_equal(frames_in(&plan), (7 + 15 + 96) * MIB >> PAGE_SHIFT);
}

static void refuses_too_little(void **state)
{
    struct boot_machine machine = machine_of(1, (const uint64_t[][2]){{1, 8}});
    struct memory_plan plan;
    uint32_t table = (uint32_t)((8 * MIB >> PAGE_SHIFT) * sizeof(struct frame) >> PAGE_SHIFT);
    uint32_t room = (uint32_t)(5 * MIB >> PAGE_SHIFT) - table;

    (void)state;
    assert_int_equal(boot_memory_plan(&machine, room, &plan), SG_OK);
    check(&machine, &plan, room);
    assert_int_equal(boot_memory_plan(&machine, room + 1, &plan), SG_NO_FRAMES);
    add_module(&machine, 7 * MIB, 8 * MIB); /* nothing after it */
    assert_int_equal(boot_memory_plan(&machine, 1, &plan), SG_NO_FRAMES);
    machine.memory_count = 0;
    assert_int_equal(boot_memory_plan(&machine, 1, &plan), SG_NO_FRAMES);
}

/* Scraps are left out, and so is what there is no entry for. */
static void leaves_scraps(void **state)
{
    struct boot_machine machine = {.reserved = {MIB, 2 * MIB}, .memory_count = BOOT_RANGES_MAX};
    struct memory_plan plan;

    (void)state;
    for (uint32_t i = 0; i < BOOT_RANGES_MAX; i++)
        machine.memory[i] =
            (struct boot_range){(4 + 4 * i) * MIB, (4 + 4 * i) * MIB + (i % 2 ? MIB : 60 * 1024)};
    machine.memory[BOOT_RANGES_MAX - 1].end += 20 * MIB;
    assert_int_equal(boot_memory_plan(&machine, 1000, &plan), SG_OK);
    check(&machine, &plan, 1000);
    for (uint32_t i = 0; i < plan.other_count; i++)
        assert_int_equal(plan.other[i].count, MIB >> PAGE_SHIFT);
    assert_int_equal(plan.other_count, SG_BOOT_UNTYPED_MAX - 1);
}

/* Machines at random: a plan is right or refused. */
static void is_right_for_any_machine(void **state)
{
    uint32_t planned = 0;

    (void)state;
    srand(7);
    for (uint32_t round = 0; round < 2000; round++) {
        struct boot_machine machine = {.memory_count = 1 + (uint32_t)rand() % 6};
        struct memory_plan plan;
        uint64_t at = MIB;

        for (uint32_t i = 0; i < machine.memory_count; i++) {
            at += (uint64_t)(rand() % 300) << PAGE_SHIFT;
            machine.memory[i].start = at;
            at += (uint64_t)(1 + rand() % 3000) << PAGE_SHIFT;
            machine.memory[i].end = at;
        }
        uint64_t start = MIB + (uint64_t)rand() % (at - MIB);
        machine.reserved = (struct boot_range){start, start + 1 + (uint64_t)rand() % MIB};
        for (uint32_t i = 0; i < 3; i++) {
            uint64_t from = MIB + ((uint64_t)rand() << PAGE_SHIFT) % (at - MIB);

            add_module(&machine, from, from + 1 + (uint64_t)rand() % MIB);
        }
        uint32_t needed = 1 + (uint32_t)rand() % 2000;
        if (boot_memory_plan(&machine, needed, &plan) != SG_OK)
            continue;
        check(&machine, &plan, needed);
        planned++;
    }
    assert_true(planned > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divides_one_range),      cmocka_unit_test(takes_the_largest_range),
        cmocka_unit_test(goes_around_the_kernel), cmocka_unit_test(refuses_too_little),
        cmocka_unit_test(leaves_scraps),          cmocka_unit_test(is_right_for_any_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
