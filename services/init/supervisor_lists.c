/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <signet/object.h>

#include "lookup.h"
#include "names.h"
#include "supervisor.h"
#include "supervisor/v1/supervisor.rpc.h"

#define FRAME_KIB 4u

static uint32_t used_frames(const struct process *process)
{
    if (!process_is_alive(process))
        return 0;
    return process->quota.frame_count -
           (uint32_t)object_fact(process->instance.untyped, SG_INFO_FREE);
}

/* Where all the memory is that the kernel gave to init. */
static void count_memory(const struct init *init, signet_supervisor_v1_MemoryReply *reply)
{
    for (uint32_t i = 0; i < init->boot->untyped_count; i++) {
        reply->total_kib += (uint64_t)init->boot->untyped[i].frame_count * FRAME_KIB;
        reply->free_kib += object_fact(init->boot->untyped[i].handle, SG_INFO_FREE) * FRAME_KIB;
    }
    for (uint32_t i = 0; i < init->manifest->process_count; i++) {
        const struct process *process = &init->process[i];
        if (process_is_alive(process))
            reply->quota_kib += (uint64_t)process->quota.frame_count * FRAME_KIB;
        reply->used_kib += (uint64_t)used_frames(process) * FRAME_KIB;
    }
    reply->system_kib = reply->total_kib - reply->free_kib - reply->quota_kib;
}

/* Init has no quota: what is neither free nor a process's is its own, the modules included. */
static void fill_init(const struct init *init, signet_supervisor_v1_ProcessRow *row)
{
    signet_supervisor_v1_MemoryReply memory = signet_supervisor_v1_MemoryReply_init_zero;
    count_memory(init, &memory);
    row->memory_used_kib = (uint32_t)memory.system_kib;
    row->memory_quota_kib = (uint32_t)(memory.total_kib - memory.quota_kib);
    snprintf(row->name, sizeof row->name, "init");
    snprintf(row->module, sizeof row->module, "init");
    row->state = signet_supervisor_v1_State_RUNNING;
    row->cpu_ns = object_fact(init->boot->sched, SG_INFO_CPU_NS);
    snprintf(row->class, sizeof row->class, "%s",
             class_name((enum sg_class)object_fact(init->boot->sched, SG_INFO_CLASS)));
}

static void fill_process(const struct process *process, signet_supervisor_v1_ProcessRow *row)
{
    row->number = process->number;
    snprintf(row->name, sizeof row->name, "%s", process->entry->name);
    snprintf(row->module, sizeof row->module, "%s", process->entry->module);
    row->state = process->state;
    row->memory_used_kib = used_frames(process) * FRAME_KIB;
    row->memory_quota_kib = process->quota.frame_count * FRAME_KIB;
    row->cpu_ns =
        process_is_alive(process) ? object_fact(process->instance.sched, SG_INFO_CPU_NS) : 0;
    row->restarts = process->fortune.restarts;
    row->last_cause = process->crash.cause;
    snprintf(row->class, sizeof row->class, "%s", class_name(process->shape.class));
}

/* Row 0 is init, row n process number n. */
enum sg_rpc_status signet_supervisor_v1_Supervisor_ListProcesses_handle(
    void *self, struct sg_call *call, const signet_supervisor_v1_ListProcessesRequest *request,
    signet_supervisor_v1_ListProcessesReply *reply)
{
    struct init *init = self;
    uint32_t last = init->manifest->process_count;
    uint32_t number = request->start;
    (void)call;
    for (; number <= last && reply->row_count < sizeof reply->row / sizeof reply->row[0];
         number++) {
        signet_supervisor_v1_ProcessRow *row = &reply->row[reply->row_count++];
        if (number == 0)
            fill_init(init, row);
        else
            fill_process(&init->process[number - 1], row);
    }
    reply->next = number <= last ? number : 0;
    return SG_RPC_OK;
}

/* Processes of the manifest that may call a service. */
static uint32_t client_count(const struct manifest *manifest, const char *service)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        for (uint32_t k = 0; k < manifest->process[i].need_count; k++)
            count += strcmp(manifest->process[i].need[k].provider, service) == 0;
    }
    return count;
}

static void fill_service(const struct process *process, uint32_t index,
                         signet_supervisor_v1_ServiceRow *row)
{
    const signet_manifest_v1_Provide *provide = &process->entry->provide[index];
    snprintf(row->name, sizeof row->name, "%s.%s", process->entry->name, provide->name);
    snprintf(row->interface, sizeof row->interface, "%s", provide->interface);
    row->process = process->number;
    row->state = process->state;
    row->clients = client_count(process->init->manifest, row->name);
    row->receiving = object_fact(process->endpoint[index], SG_INFO_STATE) != 0;
}

static void fill_supervisor(const struct init *init, signet_supervisor_v1_ServiceRow *row)
{
    snprintf(row->name, sizeof row->name, "%s.%s", MANIFEST_INIT_NAME, MANIFEST_SUPERVISOR_NAME);
    snprintf(row->interface, sizeof row->interface, "%s", MANIFEST_SUPERVISOR_INTERFACE);
    row->state = signet_supervisor_v1_State_RUNNING;
    row->clients = client_count(init->manifest, row->name);
    row->receiving = true;
}

/* Writes service number `index`, the supervisor being number 0; false past the last. */
static bool service_get(const struct init *init, uint32_t index,
                        signet_supervisor_v1_ServiceRow *row)
{
    if (index == 0) {
        fill_supervisor(init, row);
        return true;
    }
    index--;
    for (uint32_t i = 0; i < init->manifest->process_count; i++) {
        const struct process *process = &init->process[i];
        if (index < process->entry->provide_count) {
            fill_service(process, index, row);
            return true;
        }
        index -= process->entry->provide_count;
    }
    return false;
}

enum sg_rpc_status signet_supervisor_v1_Supervisor_ListServices_handle(
    void *self, struct sg_call *call, const signet_supervisor_v1_ListServicesRequest *request,
    signet_supervisor_v1_ListServicesReply *reply)
{
    const uint32_t room = sizeof reply->row / sizeof reply->row[0];
    uint32_t index = request->start;
    (void)call;
    while (reply->row_count < room && service_get(self, index, &reply->row[reply->row_count])) {
        reply->row_count++;
        index++;
    }
    signet_supervisor_v1_ServiceRow more;
    reply->next = service_get(self, index, &more) ? index : 0;
    return SG_RPC_OK;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Memory_handle(void *self, struct sg_call *call,
                                              const signet_supervisor_v1_MemoryRequest *request,
                                              signet_supervisor_v1_MemoryReply *reply)
{
    (void)call;
    (void)request;
    count_memory(self, reply);
    return SG_RPC_OK;
}
