/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that list what the supervisor knows. */
#include "command.h"
#include "process.h"

#include "text/words.h"

#include <inttypes.h>
#include <stdio.h>

#define KIB_TEXT_MAX 24u

static void show_process(void *self, const signet_supervisor_v1_ProcessRow *row)
{
    char memory[KIB_TEXT_MAX];

    snprintf(memory, sizeof memory, "%" PRIu32 "/%" PRIu32, row->memory_used_kib,
             row->memory_quota_kib);
    output_print(self, "%-16s %-11s %16s %10" PRIu64 " %8" PRIu32 "  %s\n", row->name,
                 process_state(row->state), memory, row->cpu_ns / 1000000, row->restarts,
                 process_cause(row->last_cause));
}

bool command_ps(struct shell *shell, char *arguments)
{
    (void)arguments;
    output_print(&shell->output, "%-16s %-11s %16s %10s %8s  %s\n", "NAME", "STATE",
                 "MEMORY/QUOTA KiB", "CPU ms", "RESTARTS", "LAST");
    return process_each(shell, show_process, &shell->output);
}

static void show_memory(void *self, const signet_supervisor_v1_ProcessRow *row)
{
    output_print(self, "%-16s %10" PRIu32 " %10" PRIu32 "\n", row->name, row->memory_used_kib,
                 row->memory_quota_kib);
}

static void show_total(struct output *output, const char *what, uint64_t kib)
{
    output_print(output, "%-16s %10" PRIu64 " KiB\n", what, kib);
}

bool command_mem(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_MemoryRequest request = signet_supervisor_v1_MemoryRequest_init_zero;
    signet_supervisor_v1_MemoryReply reply;
    struct sg_handle supervisor;
    struct sg_result result;

    (void)arguments;
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    result = signet_supervisor_v1_Supervisor_Memory(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Memory", result);
    show_total(&shell->output, "total", reply.total_kib);
    show_total(&shell->output, "free", reply.free_kib);
    show_total(&shell->output, "system", reply.system_kib);
    show_total(&shell->output, "quotas", reply.quota_kib);
    show_total(&shell->output, "quotas used", reply.used_kib);
    output_print(&shell->output, "%-16s %10s %10s\n", "PROCESS", "USED KiB", "QUOTA KiB");
    return process_each(shell, show_memory, &shell->output);
}

static void show_service(struct output *output, const signet_supervisor_v1_ServiceRow *row)
{
    output_print(output, "%-20s %-36s %-11s %7" PRIu32 "  %s\n", row->name, row->interface,
                 process_state(row->state), row->clients, row->receiving ? "yes" : "no");
}

bool command_services(struct shell *shell, char *arguments)
{
    static signet_supervisor_v1_ListServicesReply reply;
    signet_supervisor_v1_ListServicesRequest request = {0};
    struct sg_handle supervisor;

    (void)arguments;
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    output_print(&shell->output, "%-20s %-36s %-11s %7s  %s\n", "SERVICE", "INTERFACE", "STATE",
                 "CLIENTS", "RECEIVING");
    do {
        struct sg_result result =
            signet_supervisor_v1_Supervisor_ListServices(supervisor, &request, &reply);

        if (!sg_succeeded(result))
            return shell_call_failed(shell, "supervisor.ListServices", result);
        for (pb_size_t i = 0; i < reply.row_count; i++)
            show_service(&shell->output, &reply.row[i]);
        request.start = reply.next > request.start ? reply.next : 0;
    } while (request.start != 0);
    return true;
}

static void show_capability(struct output *output, const signet_supervisor_v1_CapabilityRow *row)
{
    char rights[24], badge[24];

    if (sg_badge_instance(row->badge) != 0) /* a process, and which start of it */
        snprintf(badge, sizeof badge, "%" PRIu32 ".%" PRIu32, sg_badge_process(row->badge),
                 sg_badge_instance(row->badge));
    else
        snprintf(badge, sizeof badge, "%" PRIu64, row->badge);
    snprintf(rights, sizeof rights, "rights 0x%" PRIx64, row->rights);
    output_print(output, "%5" PRIu32 "  %-12s %-14s %5s  %-18s %s%s\n", row->index, row->type,
                 row->name, badge, row->peer, row->methods[0] != 0 ? row->methods : rights,
                 row->live ? "" : " (dead)");
}

bool command_caps(struct shell *shell, char *arguments)
{
    static signet_supervisor_v1_ListCapabilitiesReply reply;
    signet_supervisor_v1_ListCapabilitiesRequest request = {0};
    const char *process = words_next(&arguments);
    struct sg_handle supervisor;

    if (*process == 0)
        return command_usage(shell, "caps");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    do {
        struct sg_result result =
            signet_supervisor_v1_Supervisor_ListCapabilities(supervisor, &request, &reply);

        if (!sg_succeeded(result))
            return shell_call_failed(shell, "supervisor.ListCapabilities", result);
        if (!process_result(shell, "caps", process, reply.result))
            return false;
        if (request.start == 0)
            output_print(&shell->output, "%5s  %-12s %-14s %5s  %-18s %s\n", "INDEX", "TYPE",
                         "NAME", "BADGE", "PEER", "RIGHTS");
        for (pb_size_t i = 0; i < reply.row_count; i++)
            show_capability(&shell->output, &reply.row[i]);
        request.start = reply.next > request.start ? reply.next : 0;
    } while (request.start != 0);
    output_print(&shell->output, "%" PRIu32 " of %" PRIu32 " slots\n", reply.used, reply.slots);
    return true;
}
