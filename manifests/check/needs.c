/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever is needed exists, provides it, has the methods, and does not wait for the one who needs.
 */
#include <stdio.h>
#include <string.h>

#include "lookup.h"
#include "order.h"
#include "rules.h"

/* Lists what could have been named as provider, as far as it fits. */
static void list_providers(const struct manifest *manifest, uint32_t self, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "one of init.supervisor");
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        const signet_manifest_v1_Process *process = &manifest->process[i];
        for (uint32_t k = 0; i != self && k < process->provide_count && used < size; k++)
            used += (size_t)snprintf(text + used, size - used, " %s.%s", process->name,
                                     process->provide[k].name);
    }
}

static void check_rights(struct manifest_findings *findings, struct manifest_place *place,
                         const signet_manifest_v1_Need *need,
                         const signet_manifest_v1_Interface *interface)
{
    place->field = "methods";
    if (need->rights == 0)
        manifest_report(findings, place, "methods, or all: true", "no method");
    else if (need->rights & ~manifest_interface_rights(interface))
        manifest_report(findings, place, "methods that the interface has", "rights 0x%llx on %s",
                        (unsigned long long)need->rights, interface->name);
}

static void check_need(const struct manifest *manifest, uint32_t process, uint32_t index,
                       struct manifest_findings *findings)
{
    const signet_manifest_v1_Need *need = &manifest->process[process].need[index];
    struct manifest_place place = {manifest, process, "need", index, need->name, "provider"};
    struct manifest_provider provider;
    uint32_t interface;
    if (!manifest_provider_find(manifest, need->provider, &provider)) {
        char expected[144];
        list_providers(manifest, process, expected, sizeof expected);
        manifest_report(findings, &place, expected, "provider \"%s\"", need->provider);
        return;
    }
    if (provider.process == process)
        manifest_report(findings, &place, "another process", "the process itself");
    if (manifest_interface_find(manifest, provider.interface, &interface))
        check_rights(findings, &place, need, &manifest->interface[interface]);
}

static void check_after(const struct manifest *manifest, uint32_t process, uint32_t index,
                        struct manifest_findings *findings)
{
    const char *name = manifest->process[process].after[index];
    struct manifest_place place = {manifest, process, "after", index, name, 0};
    uint32_t other;
    if (!manifest_process_find(manifest, name, &other))
        manifest_report(findings, &place, "a process of this manifest", "\"%s\"", name);
    else if (other == process)
        manifest_report(findings, &place, "another process", "the process itself");
}

static bool is_ordered(const struct manifest_order *order, uint32_t process)
{
    for (uint32_t i = 0; i < order->count; i++) {
        if (order->process[i] == process)
            return true;
    }
    return false;
}

/* A process of those left out that has to start before `process`. */
static uint32_t blocker(const struct manifest *manifest, const struct manifest_order *order,
                        uint32_t process)
{
    uint32_t other = 0;
    while (is_ordered(order, other) || !manifest_starts_before(manifest, other, process))
        other++;
    return other;
}

/* Where the edge "`first` before `then`" is written. */
static struct manifest_place edge_place(const struct manifest *manifest, uint32_t first,
                                        uint32_t then)
{
    const signet_manifest_v1_Process *process = &manifest->process[then];
    struct manifest_provider provider;
    for (uint32_t i = 0; i < process->need_count; i++) {
        if (manifest_provider_find(manifest, process->need[i].provider, &provider) &&
            provider.process == first)
            return (struct manifest_place){manifest,  then, "need", i, process->need[i].name,
                                           "provider"};
    }
    uint32_t index = 0;
    while (strcmp(process->after[index], manifest->process[first].name) != 0)
        index++;
    return (struct manifest_place){manifest, then, "after", index, process->after[index], 0};
}

/* Names one cycle: going from blocker to blocker as often as there are processes ends inside it. */
static void report_cycle(const struct manifest *manifest, const struct manifest_order *order,
                         struct manifest_findings *findings)
{
    uint32_t process = 0;
    while (is_ordered(order, process))
        process++;
    for (uint32_t i = 0; i < manifest->process_count; i++)
        process = blocker(manifest, order, process);
    char found[112];
    uint32_t next = process;
    size_t used = (size_t)snprintf(found, sizeof found, "%s", manifest->process[process].name);
    do {
        next = blocker(manifest, order, next);
        if (used < sizeof found)
            used += (size_t)snprintf(found + used, sizeof found - used, " after %s",
                                     manifest->process[next].name);
    } while (next != process);
    struct manifest_place place = edge_place(manifest, blocker(manifest, order, process), process);
    manifest_report(findings, &place, "an order in which all can start", "%s", found);
}

void check_needs(const struct manifest *manifest, struct manifest_findings *findings)
{
    uint32_t before = findings->count;
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        for (uint32_t k = 0; k < manifest->process[i].need_count; k++)
            check_need(manifest, i, k, findings);
        for (uint32_t k = 0; k < manifest->process[i].after_count; k++)
            check_after(manifest, i, k, findings);
    }
    struct manifest_order order;
    manifest_start_order(manifest, &order);
    if (findings->count == before && order.count < manifest->process_count)
        report_cycle(manifest, &order, findings);
}
