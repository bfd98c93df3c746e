/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "boot/boot.h"
#include "host.h"
#include "object/cspace_object.h"
#include "object/irq.h"
#include "object/sched.h"
#include "syscall/entry.h"
#include "syscall/lock.h"
#include "walker.h"

#include <stdlib.h>

#define INIT_ENTRY UINT64_C(0x400000)
#define MODULES_START UINT64_C(0x200000)
#define RING_ENTRIES 32u
#define RING_PAGES 4u
#define DESTROY_STEPS_MAX 10000u
#define SEGMENT_LOAD 1
#define SEGMENT_NOTE 4

struct fixture fixture;

static void put(uint8_t *to, uint64_t value, uint32_t size)
{
    memcpy(to, &value, size);
}

/* A program header: a part of the file at an address. */
static void put_segment(uint8_t *entry, uint32_t type, uint32_t flags, uint64_t offset,
                        uint64_t file_size, uint64_t memory_size)
{
    put(entry, type, 4);
    put(entry + 4, flags, 4);
    put(entry + 8, offset, 8);
    put(entry + 16, INIT_ENTRY + offset, 8);
    put(entry + 24, INIT_ENTRY + offset, 8);
    put(entry + 32, file_size, 8);
    put(entry + 40, memory_size, 8);
    put(entry + 48, PAGE_SIZE, 8);
}

/* An executable of a page of code and two pages of data, the first of them in the file. */
static uint64_t put_init(uint8_t *file)
{
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

    memset(file, 0, 2 * PAGE_SIZE);
    memcpy(file, ident, sizeof(ident));
    put(file + 16, 2, 2);
    put(file + 18, 62, 2);
    put(file + 20, 1, 4);
    put(file + 24, INIT_ENTRY + 0x100, 8);
    put(file + 32, 64, 8);
    put(file + 54, 56, 2);
    put(file + 56, 3, 2);
    put_segment(file + 64, SEGMENT_LOAD, 5, 0, PAGE_SIZE, PAGE_SIZE);
    put_segment(file + 64 + 56, SEGMENT_LOAD, 6, PAGE_SIZE, 16, PAGE_SIZE + 100);
    put_segment(file + 64 + 2 * 56, SEGMENT_NOTE, 4, FIXTURE_NOTE, 24, 24);
    put(file + FIXTURE_NOTE, sizeof(SG_NOTE_NAME), 4);
    put(file + FIXTURE_NOTE + 4, sizeof(struct sg_abi_note), 4);
    put(file + FIXTURE_NOTE + 8, SG_NOTE_ABI, 4);
    memcpy(file + FIXTURE_NOTE + 12, SG_NOTE_NAME, sizeof(SG_NOTE_NAME));
    put(file + FIXTURE_NOTE + 20, SG_ABI_MAJOR, 2);
    put(file + FIXTURE_NOTE + 22, SG_ABI_MINOR, 2);
    memcpy(file + PAGE_SIZE, "data of the init", 16);
    return PAGE_SIZE + 16;
}

void fixture_describe(uint32_t frame_count)
{
    struct boot_machine *from = &fixture.from;

    memset(&kernel_lock_state, 0, sizeof(kernel_lock_state)); /* a test may have ended in there */
    memset(&machine, 0, sizeof(machine));
    memset(cpus, 0, sizeof(cpus));
    fixture = (struct fixture){.from = {.memory_count = 1, .module_count = 2, .cpu_count = 1}};
    host_start(frame_count);
    from->memory[0] = (struct boot_range){0x100000, frame_count * PAGE_SIZE};
    from->memory_frames = frame_count - (0x100000 >> PAGE_SHIFT);
    from->reserved = (struct boot_range){0x100000, 0x180000};
    from->pm1a_control_port = 0x604;
    from->s5_sleep_type = 5;
    uint64_t size = put_init(host_memory + MODULES_START);
    from->module[0] = (struct boot_file){"init", {MODULES_START, MODULES_START + size}};
    uint64_t second = MODULES_START + 2 * PAGE_SIZE;
    from->module[1] = (struct boot_file){"manifest", {second, second + 13}};
    memcpy(host_memory + second, "the manifest.", 13);
}

void fixture_boot(void)
{
    fixture.init = kernel_boot(&fixture.from);
    for (uint32_t i = 1; i < machine.cpu_count; i++) {
        host_be(i);
        if (kernel_next() != NULL)
            host_failed("expected CPU %u to idle after boot", i);
    }
    host_be(0);
    if (fixture.init == NULL || fixture.init != cpus[0].current)
        host_failed("expected init to run after boot");
    walker_check();
    fixture.info = host_user_pointer(fixture.init->context.argument, SG_MAP_READ);
    if (fixture.info == NULL)
        host_failed("expected the boot information to be mapped");
    const struct sg_boot_untyped *main = &fixture.info->untyped[fixture.info->untyped_count - 1];
    fixture.untyped = sg_handle_word(main->handle);
    fixture.untyped_head = fixture_object(fixture.init, fixture.untyped);
    fixture.next = main->frame_used;
    if (OBJECT(fixture.init, sg_handle_word(fixture.info->sched), SG_SCHED_LOWER, NULL,
               SG_CLASS_NORMAL, SG_WEIGHT_DEFAULT) != SG_OK)
        host_failed("expected init to lower its class");
}

/* Interrupt lines are the one state of objects outside their frames. */
static void close_lines(void)
{
    for (uint32_t i = 0; i < machine.frames.count; i++) {
        const struct frame *frame = &machine.frames.table[i];

        if (frame->role == FRAME_HEAD && frame->type == SG_TYPE_IRQ)
            (void)irq_dismantle(i);
    }
}

void fixture_finish(void)
{
    if (!host.has_failed && machine.frames.table != NULL) {
        walker_check();
        walker_check_clean();
    }
    if (machine.frames.table != NULL)
        close_lines();
    host_stop();
}

uint64_t fixture_create_in(uint64_t untyped, uint32_t offset, uint32_t type, uint64_t parameter0,
                           uint64_t parameter1, uint64_t parameter2)
{
    uint64_t handle;
    int status;

    do
        status = OBJECT(fixture.init, untyped, SG_UNTYPED_CREATE, &handle, type, offset, parameter0,
                        parameter1, parameter2);
    while (status == SG_AGAIN);
    if (status != SG_OK)
        host_failed("creating type %u: expected SG_OK, found %d", type, status);
    return handle;
}

uint64_t fixture_create(uint32_t type, uint64_t parameter0, uint64_t parameter1,
                        uint64_t parameter2)
{
    uint32_t offset = fixture.next;

    fixture.next += sg_object_frames(type, parameter0, parameter1, parameter2);
    return fixture_create_in(fixture.untyped, offset, type, parameter0, parameter1, parameter2);
}

uint64_t fixture_untyped(uint32_t frame_count)
{
    uint64_t child;
    uint64_t moved;
    int status;

    do
        status = OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_SPLIT, &child, fixture.next);
    while (status == SG_AGAIN);
    if (status != SG_OK)
        host_failed("splitting: expected SG_OK, found %d", status);
    status =
        OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_GRANT, &moved, child, frame_count - 1);
    if (status != SG_OK || moved != frame_count - 1)
        host_failed("granting: expected %u frames, found %d and %lu", frame_count - 1, status,
                    (unsigned long)moved);
    fixture.next += frame_count;
    return child;
}

/* The next object of a process. */
static uint64_t process_create(struct process *process, uint32_t type, uint64_t parameter0,
                               uint64_t parameter1, uint64_t parameter2)
{
    uint32_t offset = process->next;

    process->next += sg_object_frames(type, parameter0, parameter1, parameter2);
    return fixture_create_in(process->untyped, offset, type, parameter0, parameter1, parameter2);
}

struct process fixture_process_with(uint64_t fault, uint32_t entries, uint32_t pages)
{
    struct process process = {.next = 1};
    uint64_t mask = (UINT64_C(1) << SG_OP_COUNT) - 1;

    process.untyped = fixture_untyped(FIXTURE_PROCESS_FRAMES + pages);
    process.cspace = process_create(&process, SG_TYPE_CSPACE, 64, 0, 0);
    process.aspace = process_create(&process, SG_TYPE_ASPACE, 8, 8, 0);
    process.ring = process_create(&process, SG_TYPE_RING, entries, entries, pages | mask << 32);
    process.sched = process_create(&process, SG_TYPE_SCHED, 0, 0, 0);
    process.thread = process_create(&process, SG_TYPE_THREAD, 0, 0, 0);
    process.tcb = arch_frame_pointer(fixture_object(fixture.init, process.thread));
    if (OBJECT(fixture.init, process.thread, SG_THREAD_BIND, NULL, process.aspace, process.cspace,
               process.ring, process.sched, fault) != SG_OK ||
        OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, INIT_ENTRY, 0, 0, 0) != SG_OK)
        host_failed("expected a process to start");
    return process;
}

struct process fixture_process(uint64_t fault)
{
    return fixture_process_with(fault, RING_ENTRIES, RING_PAGES);
}

uint64_t fixture_give(const struct process *process, uint64_t handle, uint64_t rights)
{
    uint64_t given;
    int status = OBJECT(fixture.init, handle, SG_COPY, &given, rights, process->cspace);

    if (status != SG_OK)
        host_failed("copying a capability: expected SG_OK, found %d", status);
    return given;
}

int fixture_destroy(uint64_t handle)
{
    int status = SG_AGAIN;

    for (uint32_t i = 0; i < DESTROY_STEPS_MAX && status == SG_AGAIN; i++)
        status = OBJECT(fixture.init, handle, SG_DESTROY, NULL, 0);
    return status;
}

uint32_t fixture_object(const struct thread *thread, uint64_t handle)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t index = cspace_find(cspace, sg_handle_from_word(handle));

    if (index == cspace->slot_count)
        host_failed("expected a capability, found none");
    return cspace->slot[index].object;
}

uint64_t fixture_free(void)
{
    const struct frame *frame = &machine.frames.table[fixture.untyped_head];

    return frame->extent - frame->used;
}
