/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for what init itself holds: what the kernel gave it and what lasts as long as it does. */
#include <stdio.h>

#include "init.h"
#include "lookup.h"
#include "names.h"

static bool is_slot(struct sg_handle handle, struct sg_handle slot)
{
    return handle.index == slot.index && handle.generation == slot.generation;
}

/* What bootinfo has one of. */
static const char *single_name(const struct init *init, struct sg_handle slot)
{
    const struct sg_bootinfo *boot = init->boot;
    const struct {
        struct sg_handle handle;
        const char *name;
    } single[] = {
        {boot->cspace, "cspace"},
        {boot->aspace, "aspace"},
        {boot->thread, "thread"},
        {boot->ring, "ring"},
        {boot->sched, "sched"},
        {boot->irq_control, "irq control"},
        {boot->ioport, "all ports"},
        {init->fault_endpoint, "faults"},
        {init->supervisor_endpoint, MANIFEST_SUPERVISOR_NAME},
    };
    for (uint32_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (is_slot(single[i].handle, slot))
            return single[i].name;
    }
    return 0;
}

/* What bootinfo has lists of. */
static const char *listed_name(const struct sg_bootinfo *boot, struct sg_handle slot)
{
    for (uint32_t i = 0; i < boot->cpu_count; i++) {
        if (is_slot(boot->cpu[i], slot))
            return "cpu";
    }
    for (uint32_t i = 0; i < boot->untyped_count; i++) {
        if (is_slot(boot->untyped[i].handle, slot))
            return "memory";
    }
    for (uint32_t i = 0; i < boot->module_count; i++) {
        if (is_slot(boot->module[i].memory, slot))
            return boot->module[i].name;
    }
    return 0;
}

static bool is_of_process(const struct process *process, struct sg_handle slot)
{
    const struct instance *instance = &process->instance;
    return is_slot(instance->untyped, slot) || is_slot(instance->cspace, slot) ||
           is_slot(instance->thread, slot) || is_slot(instance->sched, slot) ||
           is_slot(instance->record, slot) || is_slot(instance->lifecycle, slot);
}

/* A part or an endpoint of a process; false when it is neither. */
static bool name_by_process(const struct process *process, struct sg_handle slot, char *name,
                            char *peer, size_t size)
{
    const signet_manifest_v1_Process *entry = process->entry;
    for (uint32_t i = 0; i < entry->provide_count; i++) {
        if (!is_slot(process->endpoint[i], slot))
            continue;
        snprintf(name, size, "%s", entry->provide[i].name);
        snprintf(peer, size, "%s", entry->name);
        return true;
    }
    if (is_of_process(process, slot))
        snprintf(name, size, "%s", entry->name);
    return is_of_process(process, slot);
}

void own_slot_name(const struct init *init, struct sg_handle slot, char *name, char *peer,
                   size_t size)
{
    const char *known = single_name(init, slot);
    name[0] = '\0';
    peer[0] = '\0';
    if (!known)
        known = listed_name(init->boot, slot);
    if (known)
        snprintf(name, size, "%s", known);
    for (uint32_t i = 0; !known && i < init->manifest->process_count; i++) {
        if (name_by_process(&init->process[i], slot, name, peer, size))
            return;
    }
}
