/* SPDX-License-Identifier: BSD-2-Clause */
/* From a quota of frames to a process ready to run, one step after the other. Everything is made
   in the instance's own untyped, so whatever step fails, destroying that undoes them all. */
#include <string.h>

#include <signet/object.h>

#include "construction.h"
#include "lifecycle/v1/lifecycle.rpc.h"
#include "modules.h"

static enum sg_status create(struct construction *construction, enum sg_type type, uint64_t p0,
                             uint64_t p1, uint64_t p2, struct sg_handle *object)
{
    const uint64_t parameter[3] = {p0, p1, p2};
    uint32_t offset;
    return sg_object_create(&construction->frames, type, parameter, object, &offset);
}

static enum sg_status make_untyped(struct construction *construction)
{
    const struct quota *quota = &construction->process->quota;
    struct sg_handle *untyped = &construction->instance->untyped;
    enum sg_status status = sg_untyped_split(quota->untyped, quota->offset, untyped);
    if (status != SG_OK)
        return status;
    sg_frames_init(&construction->frames, *untyped, quota->frame_count, 1);
    return sg_untyped_grant(quota->untyped, *untyped, quota->frame_count - 1);
}

static enum sg_status make_spaces(struct construction *construction)
{
    const struct manifest_shape *shape = &construction->process->shape;
    enum sg_status status = create(construction, SG_TYPE_CSPACE, shape->cspace_slots, 0, 0,
                                   &construction->instance->cspace);
    if (status != SG_OK)
        return status;
    return create(construction, SG_TYPE_ASPACE, shape->aspace_tables, shape->aspace_regions, 0,
                  &construction->aspace);
}

static enum sg_status make_thread(struct construction *construction)
{
    const struct manifest_shape *shape = &construction->process->shape;
    uint64_t opcodes = (UINT64_C(1) << SG_OP_COUNT) - 1;
    enum sg_status status =
        create(construction, SG_TYPE_THREAD, 0, 0, 0, &construction->instance->thread);
    if (status == SG_OK)
        status = create(construction, SG_TYPE_SCHED, 0, 0, 0, &construction->instance->sched);
    if (status == SG_OK)
        status = create(construction, SG_TYPE_RING, shape->submissions, shape->completions,
                        shape->ring_pages | opcodes << 32, &construction->ring);
    return status;
}

static enum sg_status load_program(struct construction *construction)
{
    const struct process *process = construction->process;
    struct module_view file;
    enum sg_status status = module_open(process->init->boot, process->entry->module, &file);
    if (status != SG_OK)
        return status;
    status = sg_elf_check(file.bytes, file.size_bytes, &construction->program);
    if (status == SG_OK)
        status = sg_elf_load(&construction->program, &construction->frames, construction->aspace);
    module_close(process->init->boot, &file);
    layout_process(sg_elf_end(&construction->program), &process->shape, &construction->layout);
    return status;
}

static enum sg_status map_all(struct construction *construction, struct sg_handle memory,
                              uint64_t address, uint32_t page_count, uint32_t permissions)
{
    uint32_t region;
    return sg_aspace_map(construction->aspace, memory, address, 0, page_count, permissions,
                         &region);
}

static enum sg_status map_stack_and_ring(struct construction *construction)
{
    const struct manifest_shape *shape = &construction->process->shape;
    const struct layout *layout = &construction->layout;
    uint32_t stack_pages = shape->stack_kib * 1024 / SG_PAGE_SIZE;
    uint32_t writable = SG_MAP_READ | SG_MAP_WRITE;
    enum sg_status status =
        create(construction, SG_TYPE_MEMORY, stack_pages, 0, 0, &construction->stack_memory);
    if (status == SG_OK)
        status =
            map_all(construction, construction->stack_memory, layout->stack, stack_pages, writable);
    if (status == SG_OK)
        status =
            map_all(construction, construction->ring, layout->ring, shape->ring_pages, writable);
    return status;
}

/* Where init asks it; init keeps a client of it. */
static enum sg_status make_lifecycle(struct construction *construction)
{
    enum sg_status status =
        create(construction, SG_TYPE_ENDPOINT, 0, 0, 0, &construction->lifecycle);
    if (status != SG_OK)
        return status;
    return sg_endpoint_mint(construction->lifecycle, 0, signet_lifecycle_v1_Lifecycle_RIGHTS,
                            &construction->instance->lifecycle);
}

/* Where the process describes its threads and keeps its metrics, for init to read. */
static enum sg_status make_record(struct construction *construction)
{
    struct sg_handle *record = &construction->instance->record;
    enum sg_status status = create(construction, SG_TYPE_MEMORY, SG_RECORD_PAGES, 0, 0, record);
    if (status != SG_OK)
        return status;
    return map_all(construction, *record, construction->layout.record, SG_RECORD_PAGES,
                   SG_MAP_READ | SG_MAP_WRITE);
}

static void describe(struct construction *construction)
{
    const struct process *process = construction->process;
    const signet_manifest_v1_Process *entry = process->entry;
    struct sg_startup *startup = construction->startup;
    *startup = (struct sg_startup){.magic = SG_STARTUP_MAGIC,
                                   .abi_major = SG_ABI_MAJOR,
                                   .abi_minor = SG_ABI_MINOR,
                                   .size_bytes = sizeof *startup,
                                   .process_number = process->number,
                                   .ring_address = construction->layout.ring,
                                   .ring_submissions = process->shape.submissions,
                                   .ring_completions = process->shape.completions,
                                   .ring_pages = process->shape.ring_pages,
                                   .frame_count = process->quota.frame_count,
                                   .map_base = construction->layout.map_base,
                                   .map_end = construction->layout.map_end,
                                   .record_address = construction->layout.record,
                                   .stack_low = construction->layout.stack,
                                   .stack_high = construction->layout.stack_top,
                                   .instance = process->instance_number,
                                   .log_level = (uint32_t)process->log_level};
    strncpy(startup->name, entry->name, sizeof startup->name - 1);
    startup->argument_count = entry->argument_count;
    for (uint32_t i = 0; i < entry->argument_count; i++) {
        strncpy(startup->argument[i].key, entry->argument[i].key, SG_NAME_MAX - 1);
        strncpy(startup->argument[i].value, entry->argument[i].value, SG_ARGUMENT_VALUE_MAX - 1);
    }
}

static enum sg_status make_startup(struct construction *construction)
{
    void *here;
    enum sg_status status =
        create(construction, SG_TYPE_MEMORY, SG_STARTUP_PAGES, 0, 0, &construction->startup_memory);
    if (status == SG_OK)
        status = map_all(construction, construction->startup_memory, construction->layout.startup,
                         SG_STARTUP_PAGES, SG_MAP_READ);
    if (status == SG_OK)
        status = sg_map(construction->startup_memory, 0, SG_STARTUP_PAGES,
                        SG_MAP_READ | SG_MAP_WRITE, &here);
    if (status != SG_OK)
        return status;
    construction->startup = here;
    describe(construction);
    return SG_OK;
}

/* Last of all that takes frames: from here on the rest is the process's own. */
static enum sg_status finish_startup(struct construction *construction)
{
    struct sg_startup *startup = construction->startup;
    startup->frame_first = construction->frames.frame_count - construction->frames.free_count;
    construction->startup = 0;
    return sg_unmap(startup);
}

static enum sg_status set_time(struct construction *construction)
{
    const struct manifest_shape *shape = &construction->process->shape;
    struct sg_handle sched = construction->instance->sched;
    struct sg_placement placement = {shape->class, shape->weight, shape->budget_ns,
                                     shape->period_ns};
    if (shape->class <= SG_CLASS_NORMAL && shape->weight <= SG_WEIGHT_DEFAULT)
        return sg_sched_lower(sched, shape->class, shape->weight);
    return sg_cpu_place(construction->process->init->boot->cpu[0], sched, &placement);
}

static enum sg_status bind_thread(struct construction *construction)
{
    const struct process *process = construction->process;
    struct sg_thread_binding binding = {construction->aspace, construction->instance->cspace,
                                        construction->ring, construction->instance->sched,
                                        SG_HANDLE_NONE};
    enum sg_status status =
        sg_endpoint_mint(process->init->fault_endpoint, process->number, 0, &binding.fault);
    if (status != SG_OK)
        return status;
    status = sg_thread_bind(construction->instance->thread, &binding);
    sg_release(binding.fault);
    return status;
}

static enum sg_status start_thread(struct construction *construction)
{
    const struct layout *layout = &construction->layout;
    return sg_thread_start(construction->instance->thread, construction->program.image.entry,
                           layout->stack_top, layout->startup, 0);
}

enum sg_status construct(struct construction *construction, const char **step)
{
    static const struct {
        const char *name;
        enum sg_status (*make)(struct construction *construction);
    } steps[] = {
        {"memory quota", make_untyped},
        {"cspace and aspace", make_spaces},
        {"thread and ring", make_thread},
        {"program", load_program},
        {"stack", map_stack_and_ring},
        {"thread record", make_record},
        {"lifecycle endpoint", make_lifecycle},
        {"startup block", make_startup},
        {"capabilities", grant_all},
        {"startup block", finish_startup},
        {"scheduling class", set_time},
        {"thread binding", bind_thread},
        {"thread start", start_thread},
    };
    enum sg_status status = SG_OK;
    for (uint32_t i = 0; i < sizeof steps / sizeof steps[0] && status == SG_OK; i++) {
        *step = steps[i].name;
        status = steps[i].make(construction);
    }
    return status;
}
