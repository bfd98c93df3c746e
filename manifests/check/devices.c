/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports and interrupt lines: inside the machine, none the kernel keeps, none granted twice. */
#include <stdio.h>
#include <string.h>

#include "rules.h"
#include "shape.h"

#define IOPORT_END 0x10000u

struct port_range {
    uint32_t first;
    uint32_t count;
};

/* What the kernel drives itself: both interrupt controllers and the interval timer. */
static const struct port_range kernel_ports[] = {{0x20, 2}, {0xa0, 2}, {0x40, 4}};

static bool overlaps(uint32_t first, uint32_t count, uint32_t other_first, uint32_t other_count)
{
    return first < other_first + other_count && other_first < first + count;
}

static bool is_in_machine(const signet_manifest_v1_IoPort *port)
{
    return port->count > 0 && port->first < IOPORT_END && port->count <= IOPORT_END - port->first;
}

/* Compares a range with those of every process before it, and of its own before it. */
static void check_port_overlap(struct manifest_findings *findings,
                               const struct manifest_place *place,
                               const signet_manifest_v1_IoPort *port)
{
    const struct manifest *manifest = place->manifest;
    for (uint32_t p = 0; p <= place->process; p++) {
        const signet_manifest_v1_Process *other = &manifest->process[p];
        uint32_t end = p == place->process ? place->index : other->ioport_count;
        for (uint32_t i = 0; i < end; i++) {
            const signet_manifest_v1_IoPort *taken = &other->ioport[i];
            char expected[96];
            if (!is_in_machine(taken) ||
                !overlaps(port->first, port->count, taken->first, taken->count))
                continue;
            snprintf(expected, sizeof expected, "ports apart from 0x%x..0x%x of process \"%s\"",
                     (unsigned)taken->first, (unsigned)(taken->first + taken->count - 1),
                     other->name);
            manifest_report(findings, place, expected, "ports 0x%x..0x%x", (unsigned)port->first,
                            (unsigned)(port->first + port->count - 1));
        }
    }
}

static void check_port(const struct manifest *manifest, uint32_t process, uint32_t index,
                       struct manifest_findings *findings)
{
    const signet_manifest_v1_IoPort *port = &manifest->process[process].ioport[index];
    struct manifest_place place = {manifest, process, "ioport", index, port->name, "first"};
    if (!is_in_machine(port)) {
        manifest_report(findings, &place, "1 or more ports within 0x0..0xffff",
                        "%u ports from 0x%x", (unsigned)port->count, (unsigned)port->first);
        return;
    }
    for (size_t i = 0; i < sizeof kernel_ports / sizeof kernel_ports[0]; i++) {
        if (overlaps(port->first, port->count, kernel_ports[i].first, kernel_ports[i].count))
            manifest_report(findings, &place, "ports the kernel does not drive itself",
                            "ports 0x%x..0x%x", (unsigned)port->first,
                            (unsigned)(port->first + port->count - 1));
    }
    check_port_overlap(findings, &place, port);
}

static void check_irq_once(struct manifest_findings *findings, const struct manifest_place *place,
                           const signet_manifest_v1_Irq *irq)
{
    const struct manifest *manifest = place->manifest;
    for (uint32_t p = 0; p <= place->process; p++) {
        const signet_manifest_v1_Process *other = &manifest->process[p];
        uint32_t end = p == place->process ? place->index : other->irq_count;
        for (uint32_t i = 0; i < end; i++) {
            char expected[96];
            if (other->irq[i].line != irq->line)
                continue;
            snprintf(expected, sizeof expected, "a line apart from those of process \"%s\"",
                     other->name);
            manifest_report(findings, place, expected, "line %u", (unsigned)irq->line);
        }
    }
}

static void check_irq(const struct manifest *manifest, uint32_t process, uint32_t index,
                      struct manifest_findings *findings)
{
    const signet_manifest_v1_Irq *irq = &manifest->process[process].irq[index];
    struct manifest_place place = {manifest, process, "irq", index, irq->name, "line"};
    uint32_t lines = manifest_irq_lines(manifest);
    char expected[64];
    if (irq->line >= lines) {
        snprintf(expected, sizeof expected, "a line below %u (machine.irq_lines)", (unsigned)lines);
        manifest_report(findings, &place, expected, "line %u", (unsigned)irq->line);
        return;
    }
    check_irq_once(findings, &place, irq);
    place.field = "trigger";
    if ((uint32_t)irq->trigger > SG_IRQ_LEVEL_LOW)
        manifest_report(findings, &place, "EDGE, LEVEL_HIGH or LEVEL_LOW", "trigger %u",
                        (unsigned)irq->trigger);
}

#define OPERATIONS "PLACE, NOW, PIN, KEEP or SHARE"
#define CPUS_MOST 16u /* as many as the kernel starts */

static void check_cpu(const struct manifest *manifest, uint32_t process, uint32_t index,
                      struct manifest_findings *findings)
{
    const signet_manifest_v1_Cpu *cpu = &manifest->process[process].cpu[index];
    struct manifest_place place = {manifest, process, "cpu", index, cpu->name, "operation"};
    if (cpu->operation_count == 0)
        manifest_report(findings, &place, OPERATIONS, "no operation");
    for (uint32_t i = 0; i < cpu->operation_count; i++) {
        if ((uint32_t)cpu->operation[i] > SG_CPU_SHARE)
            manifest_report(findings, &place, OPERATIONS, "operation %u",
                            (unsigned)cpu->operation[i]);
    }
    place.field = "number";
    if (cpu->number >= CPUS_MOST)
        manifest_report(findings, &place, "0 to 15", "number %u", (unsigned)cpu->number);
}

void check_devices(const struct manifest *manifest, struct manifest_findings *findings)
{
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        const signet_manifest_v1_Process *process = &manifest->process[i];
        for (uint32_t k = 0; k < process->ioport_count; k++)
            check_port(manifest, i, k, findings);
        for (uint32_t k = 0; k < process->irq_count; k++)
            check_irq(manifest, i, k, findings);
        for (uint32_t k = 0; k < process->cpu_count; k++)
            check_cpu(manifest, i, k, findings);
    }
}
