/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/init_process.h"

#include "boot/place.h"
#include "core/elf64.h"
#include "core/little_endian.h"
#include "object/aspace.h"
#include "object/cpu.h"
#include "object/cspace_object.h"
#include "object/event.h"
#include "object/ioport.h"
#include "object/memory.h"
#include "object/ring.h"
#include "object/sched.h"

#define CSPACE_SLOTS SG_CSPACE_SLOTS_MAX
#define TABLE_COUNT 128u
#define REGION_COUNT 512u
#define RING_ENTRIES 128u
#define RING_PAGES 32u
#define STACK_PAGES 16u

#define BOOTINFO_ADDRESS UINT64_C(0x00007ffd00000000)
#define RING_ADDRESS UINT64_C(0x00007ffe00000000)
#define STACK_ADDRESS UINT64_C(0x00007fff00000000)

/* Rights: all but to end it, and to read a memory. */
#define LASTING (SG_RIGHTS_ALL >> 2 & ~SG_BIT(SG_DESTROY))
#define READING (SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO))

/* What init is made of, as it is put together. */
struct init_process {
    struct place place;
    struct sg_bootinfo *info;
    struct aspace *aspace;
    uint32_t head_cspace, head_ring, head_sched, head_thread;
};

/* Boot loaders put files below 4 GiB. */
static uint32_t file_pages(const struct boot_file *file)
{
    return (uint32_t)frame_above(file->bytes.end - file->bytes.start);
}

uint32_t init_process_frames(const struct boot_machine *from)
{
    uint32_t frames = 1 + 2048; /* the untyped's own, init's objects, and its segments in memory */

    for (uint32_t i = 0; i < from->module_count; i++)
        frames += 1 + file_pages(&from->module[i]);
    return frames + 1 + file_pages(&from->module[0]);
}

/* Creates a memory and maps it in init; returns its pages. */
static void *map_new(struct init_process *init, uint64_t address, uint64_t page_count,
                     uint32_t permissions)
{
    uint32_t head = place_object(&init->place, SG_TYPE_MEMORY, page_count, 0, 0);

    for (uint32_t page = 0; page < page_count; page += SG_MAP_PAGES_MAX) {
        uint32_t left = (uint32_t)page_count - page;

        place_map(init->aspace, head + 1 + page, address + page * PAGE_SIZE,
                  left < SG_MAP_PAGES_MAX ? left : SG_MAP_PAGES_MAX, permissions,
                  &memory_at(head)->mappings);
    }
    return arch_frame_pointer(head + 1);
}

static void create_objects(struct init_process *init)
{
    struct place *place = &init->place;

    init->head_cspace = place_object(place, SG_TYPE_CSPACE, CSPACE_SLOTS, 0, 0);
    place->cspace = &cspace_at(init->head_cspace)->cspace;
    init->aspace = aspace_at(place_object(place, SG_TYPE_ASPACE, TABLE_COUNT, REGION_COUNT, 0));
    init->head_ring = place_object(place, SG_TYPE_RING, RING_ENTRIES, RING_ENTRIES,
                                   RING_PAGES | (uint64_t)((1u << SG_OP_COUNT) - 1) << 32);
    init->head_sched = place_object(place, SG_TYPE_SCHED, 0, 0, 0);
    init->head_thread = place_object(place, SG_TYPE_THREAD, 0, 0, 0);
    init->info = map_new(init, BOOTINFO_ADDRESS, 1, SG_MAP_READ);
    (void)map_new(init, STACK_ADDRESS, STACK_PAGES, SG_MAP_READ | SG_MAP_WRITE);
    place_map(init->aspace, ring_at(init->head_ring)->shared_frame, RING_ADDRESS, RING_PAGES,
              SG_MAP_READ | SG_MAP_WRITE, &ring_at(init->head_ring)->mappings);
}

static void load_segment(struct init_process *init, const uint8_t *file,
                         const struct elf64_segment *segment)
{
    uint64_t skip = segment->address % PAGE_SIZE;
    uint32_t permissions = SG_MAP_READ | (segment->writable ? SG_MAP_WRITE : 0) |
                           (segment->executable ? SG_MAP_EXECUTE : 0);
    uint8_t *pages = map_new(init, segment->address - skip,
                             frame_above(skip + segment->memory_size), permissions);

    __builtin_memcpy(pages + skip, file + segment->offset, segment->file_size);
}

/* What an accepted image says of the ABI it was built for must suit this kernel. */
static void check_version(const uint8_t *file, const struct elf64_image *image)
{
    uint64_t offset;
    uint32_t size;

    if (elf64_find_note(file, image, (const uint8_t *)SG_NOTE_NAME, sizeof(SG_NOTE_NAME),
                        SG_NOTE_ABI, &offset, &size) != ELF64_OK ||
        size != sizeof(struct sg_abi_note))
        arch_panic(
            "boot: module init: found no ABI note, expected a program linked against the SDK");
    struct sg_abi_note version = {read_le16(file + offset), read_le16(file + offset + 2)};
    if (!sg_abi_accepts(version))
        arch_panic("boot: module init: found ABI version %u.%u, expected %u.%u", version.major,
                   version.minor, SG_ABI_MAJOR, SG_ABI_MINOR);
}

/* Loads init's ELF; returns its entry point. */
static uint64_t load(struct init_process *init, const struct boot_file *file)
{
    const uint8_t *bytes = arch_frame_pointer(frame_below(file->bytes.start));
    struct elf64_image image;

    if (elf64_validate(bytes, file->bytes.end - file->bytes.start, &image) != ELF64_OK)
        arch_panic("boot: module init: not an executable this kernel loads");
    check_version(bytes, &image);
    for (uint32_t i = 0; i < image.segment_count; i++)
        load_segment(init, bytes, &image.segment[i]);
    return image.entry;
}

static void give_modules(struct init_process *init, const struct boot_machine *from)
{
    struct sg_bootinfo *info = init->info;

    info->module_count = from->module_count;
    for (uint32_t i = 0; i < from->module_count; i++) {
        const struct boot_file *file = &from->module[i];
        uint64_t size = file->bytes.end - file->bytes.start;
        uint32_t head = place_object(&init->place, SG_TYPE_MEMORY, file_pages(file), 0, 0);

        __builtin_memcpy(arch_frame_pointer(head + 1),
                         arch_frame_pointer(frame_below(file->bytes.start)), size);
        __builtin_memcpy(info->module[i].name, file->name, SG_BOOT_NAME_MAX);
        info->module[i].size_bytes = (uint32_t)size;
        info->module[i].memory = place_capability(&init->place, head, READING | SG_BIT(SG_DESTROY));
    }
}

static void give_machine(struct init_process *init, const struct boot_machine *from)
{
    struct sg_bootinfo *info = init->info;
    struct place *place = &init->place;
    uint32_t irq_control = place_frames(place, SG_TYPE_IRQ_CONTROL, 1);
    uint32_t ports = place_frames(place, SG_TYPE_IOPORT, 1);

    *ioport_at(ports) = (struct ioport){0, 0x10000};
    info->cspace = place_capability(place, init->head_cspace, LASTING);
    info->aspace = place_capability(place, arch_pointer_frame(init->aspace), LASTING);
    info->thread = place_capability(place, init->head_thread, LASTING);
    info->ring = place_capability(place, init->head_ring, LASTING);
    info->sched = place_capability(place, init->head_sched, LASTING);
    info->irq_control = place_capability(place, irq_control, LASTING);
    info->ioport = place_capability(place, ports, LASTING);
    info->cpu_count = from->cpu_count;
    for (uint32_t i = 0; i < from->cpu_count; i++) {
        uint32_t head = place_frames(place, SG_TYPE_CPU, 1);

        cpu_object_at(head)->number = i;
        info->cpu[i] = place_capability(place, head, LASTING);
    }
}

/* Where events go from here on, and the right to read them. */
static void give_events(struct init_process *init)
{
    uint32_t head = place_object(&init->place, SG_TYPE_MEMORY, SG_EVENT_PAGES, 0, 0);

    init->info->events = place_capability(&init->place, head, READING);
    machine.events = arch_frame_pointer(head + 1);
    event_choose(machine.event_mask);
}

static void give_untyped(struct init_process *init, const struct frame_range *range, uint32_t used)
{
    struct sg_bootinfo *info = init->info;

    info->untyped[info->untyped_count++] = (struct sg_boot_untyped){
        .handle = place_capability(&init->place, range->first, LASTING),
        .frame_count = range->count,
        .frame_used = used,
    };
}

/* The memory the modules' files lay in becomes untyped too, now that they have been copied. */
static void give_memory(struct init_process *init, const struct memory_plan *plan)
{
    for (uint32_t i = 0; i < plan->other_count; i++) {
        frames_add_root(&machine.frames, plan->other[i].first, plan->other[i].count);
        give_untyped(init, &plan->other[i], 1);
    }
    give_untyped(init, &plan->main, init->place.next);
}

static void describe(struct sg_bootinfo *info, const struct boot_machine *from)
{
    info->magic = SG_BOOTINFO_MAGIC;
    info->abi_major = SG_ABI_MAJOR;
    info->abi_minor = SG_ABI_MINOR;
    info->memory_mib = machine.memory_frames >> (20 - PAGE_SHIFT);
    info->pm1a_control_port = from->pm1a_control_port;
    info->s5_sleep_type = from->s5_sleep_type;
    info->ring_submissions = RING_ENTRIES;
    info->ring_completions = RING_ENTRIES;
    info->ring_pages = RING_PAGES;
    info->ring_address = RING_ADDRESS;
}

void init_process_create(const struct boot_machine *from, const struct memory_plan *plan)
{
    struct init_process init = {.place = {.untyped = plan->main.first, .next = 1}};

    create_objects(&init);
    struct thread *thread = arch_frame_pointer(init.head_thread);
    uint64_t entry = load(&init, &from->module[0]);
    describe(init.info, from);
    give_modules(&init, from);
    give_machine(&init, from);
    give_events(&init);
    give_memory(&init, plan);
    thread_bind(thread, init.aspace, cspace_at(init.head_cspace), ring_at(init.head_ring),
                sched_at(init.head_sched), pool_take_any(&machine.timer_numbers));
    sched_set(sched_at(init.head_sched), SG_CLASS_INTERACTIVE, SG_WEIGHT_DEFAULT, 0, 0);
    arch_context_start(&thread->context, entry, STACK_ADDRESS + STACK_PAGES * PAGE_SIZE,
                       BOOTINFO_ADDRESS);
    thread->state = SG_THREAD_READY;
    sched_ready(thread->home, thread);
    machine.first = thread;
}
