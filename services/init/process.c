/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <string.h>

#include <signet/object.h>

#include "construction.h"
#include "quota.h"
#include "report.h"

static void prepare_endpoints(struct process *process)
{
    const uint64_t none[3] = {0, 0, 0};
    for (uint32_t i = 0; i < process->entry->provide_count; i++) {
        uint32_t offset;
        if (sg_object_create(sg_own_frames(), SG_TYPE_ENDPOINT, none, &process->endpoint[i],
                             &offset) != SG_OK)
            refuse(process->entry->name, "memory for its endpoints", "none left");
    }
}

void process_prepare(struct init *init, uint32_t index)
{
    struct process *process = &init->process[index];
    process->init = init;
    process->entry = &init->manifest->process[index];
    process->number = index + 1;
    manifest_shape(process->entry, &process->shape);
    process->log_level = (signet_log_v1_Level)process->shape.log_level;
    prepare_endpoints(process);
    if (quota_place(init, process->entry->memory_kib / 4, &process->quota) != SG_OK)
        refuse(process->entry->name, "a machine with as many in a row", "no %u KiB left in %u MiB",
               (unsigned)process->entry->memory_kib, (unsigned)init->boot->memory_mib);
}

/* Lets go of what only the making of an instance needed. */
static void let_go(struct construction *construction)
{
    if (construction->startup)
        (void)sg_unmap(construction->startup);
    const struct sg_handle handles[] = {construction->aspace, construction->ring,
                                        construction->lifecycle, construction->startup_memory,
                                        construction->stack_memory};
    for (uint32_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        if (!sg_handle_is_none(handles[i]))
            sg_release(handles[i]);
    }
}

bool process_is_alive(const struct process *process)
{
    return process->state == signet_supervisor_v1_State_NOT_READY ||
           process->state == signet_supervisor_v1_State_RUNNING ||
           process->state == signet_supervisor_v1_State_STOPPING;
}

bool process_start(struct process *process)
{
    static struct construction construction; /* larger than the stack likes */
    const char *step;
    construction = (struct construction){.process = process, .instance = &process->instance};
    process->instance = (struct instance){.grant_count = 0};
    process->instance_number++;
    process->after = AFTER_POLICY;
    process->state = process->shape.ready_ms != 0 ? signet_supervisor_v1_State_NOT_READY
                                                  : signet_supervisor_v1_State_RUNNING;
    process->fortune.started_ns = init_now_ns(process->init);
    enum sg_status status = construct(&construction, &step);
    let_go(&construction);
    if (status != SG_OK) {
        report(signet_log_v1_Level_ERROR, "%s not started: %s: %s", process->entry->name, step,
               sg_status_text(status));
        process_destroy(process);
        process->state = signet_supervisor_v1_State_FAILED;
        return false;
    }
    report_process_started(process);
    lifecycle_begin(process);
    return true;
}

void process_destroy(struct process *process)
{
    struct instance *instance = &process->instance;
    const struct sg_handle parts[] = {instance->thread, instance->sched, instance->cspace,
                                      instance->record, instance->lifecycle};
    for (uint32_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!sg_handle_is_none(parts[i]))
            sg_release(parts[i]);
    }
    if (!sg_handle_is_none(instance->untyped)) {
        enum sg_status status = sg_destroy(instance->untyped);
        if (status != SG_OK)
            report(signet_log_v1_Level_ERROR, "%s not taken apart: %s", process->entry->name,
                   sg_status_text(status));
        sg_release(instance->untyped);
    }
    *instance = (struct instance){.grant_count = 0};
}

struct process *process_find(struct init *init, const char *name)
{
    for (uint32_t i = 0; i < init->manifest->process_count; i++) {
        if (strcmp(init->process[i].entry->name, name) == 0)
            return &init->process[i];
    }
    return 0;
}
