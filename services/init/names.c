/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <stdio.h>

#include <signet/object.h>

#include "init.h"
#include "lookup.h"

static const char *const type_names[SG_TYPE_COUNT] = {
    "none", "untyped", "cspace",   "lease",  "memory",       "aspace", "thread", "sched",
    "cpu",  "ring",    "endpoint", "client", "notification", "irq",    "ioport", "irq_control",
};

/* Operations of the kernel's objects, by rights bit. */
static const char *const operation_names[SG_TYPE_COUNT][6] = {
    [SG_TYPE_UNTYPED] = {"CREATE", "SPLIT", "GRANT"},
    [SG_TYPE_CSPACE] = {"ACCEPT", "DELETE", "READ", "BIND"},
    [SG_TYPE_LEASE] = {"DERIVE"},
    [SG_TYPE_MEMORY] = {"READ", "WRITE", "EXECUTE", "WAIT", "WAKE"},
    [SG_TYPE_ASPACE] = {"MAP", "UNMAP", "BIND"},
    [SG_TYPE_THREAD] = {"BIND", "START", "STOP", "EXIT", "YIELD", "SET_TLS"},
    [SG_TYPE_SCHED] = {"LOWER", "BIND"},
    [SG_TYPE_CPU] = {"PLACE", "NOW", "RECORD", "PIN", "KEEP", "SHARE"},
    [SG_TYPE_RING] = {"MAP", "BIND"},
    [SG_TYPE_ENDPOINT] = {"RECV", "MINT"},
    [SG_TYPE_NOTIFICATION] = {"SIGNAL", "WAIT"},
    [SG_TYPE_IRQ] = {"WAIT", "ACK"},
    [SG_TYPE_IOPORT] = {"IN", "OUT", "CARVE"},
    [SG_TYPE_IRQ_CONTROL] = {"CREATE"},
};

static const char *const generic_names[] = {"COPY", "MOVE", "LEASE", "DESTROY", "INFO"};

uint64_t object_fact(struct sg_handle handle, enum sg_info selector)
{
    uint64_t value = 0;
    if (sg_handle_is_none(handle) || sg_info(handle, selector, &value) != SG_OK)
        return 0;
    return value;
}

const char *type_name(uint32_t type)
{
    return type < SG_TYPE_COUNT ? type_names[type] : "unknown";
}

const char *class_name(enum sg_class class)
{
    static const char *const names[] = {"IDLE", "NORMAL", "INTERACTIVE", "REALTIME"};
    return (uint32_t) class < 4 ? names[class] : "unknown";
}

const char *grant_name(const struct process *process, const struct grant *grant)
{
    static const char *const parts[] = {"cspace",  "aspace", "thread",    "ring",
                                        "untyped", "sched",  "lifecycle", "faults"};
    const signet_manifest_v1_Process *entry = process->entry;
    switch ((enum grant_kind)grant->kind) {
    case GRANT_SELF:
        return parts[grant->index];
    case GRANT_PROVIDE:
        return entry->provide[grant->index].name;
    case GRANT_NEED:
        return entry->need[grant->index].name;
    case GRANT_IOPORT:
        return entry->ioport[grant->index].name;
    case GRANT_IRQ:
        return entry->irq[grant->index].name;
    case GRANT_CPU:
        return entry->cpu[grant->index].name;
    }
    return "";
}

void grant_peer(const struct process *process, const struct grant *grant, char *text, size_t size)
{
    const signet_manifest_v1_Process *entry = process->entry;
    text[0] = '\0';
    if (grant->kind == GRANT_PROVIDE)
        snprintf(text, size, "%s.%s", entry->name, entry->provide[grant->index].name);
    else if (grant->kind == GRANT_NEED)
        snprintf(text, size, "%s", entry->need[grant->index].provider);
}

/* The interface behind a client capability, or 0. */
static const signet_manifest_v1_Interface *interface_of(const struct process *process,
                                                        const struct grant *grant)
{
    const struct manifest *manifest = process->init->manifest;
    struct manifest_provider provider;
    uint32_t index;
    if (!grant || grant->kind != GRANT_NEED ||
        !manifest_provider_find(manifest, process->entry->need[grant->index].provider, &provider) ||
        !manifest_interface_find(manifest, provider.interface, &index))
        return 0;
    return &manifest->interface[index];
}

static const char *operation_name(const signet_manifest_v1_Interface *interface, enum sg_type type,
                                  uint32_t bit)
{
    if (bit >= SG_GENERIC_FIRST)
        return bit - SG_GENERIC_FIRST < 5 ? generic_names[bit - SG_GENERIC_FIRST] : 0;
    if (type == SG_TYPE_CLIENT)
        return interface ? manifest_method_name(interface, bit) : 0;
    return type < SG_TYPE_COUNT && bit < 6 ? operation_names[type][bit] : 0;
}

void grant_methods(const struct process *process, const struct grant *grant, enum sg_type type,
                   uint64_t rights, char *text, size_t size)
{
    const signet_manifest_v1_Interface *interface = interface_of(process, grant);
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t bit = 0; bit < 64 && used < size; bit++) {
        const char *name = rights >> bit & 1 ? operation_name(interface, type, bit) : 0;
        if (name)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", name);
    }
}
