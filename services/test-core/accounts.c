/* SPDX-License-Identifier: BSD-2-Clause */
#include "accounts.h"

#include "report.h"

#include "supervisor/v1/supervisor.rpc.h"

#include <signet/startup.h>
#include <stdio.h>

uint64_t account_of(struct sg_handle handle, enum sg_info selector)
{
    uint64_t value = 0;

    report_step("account/info", sg_info(handle, selector, &value));
    return value;
}

uint64_t account_arena(const struct sg_ring *ring)
{
    uint64_t units = 0;

    for (uint32_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        units += (uint64_t)__builtin_popcountll(ring->used[i]);
    return units;
}

uint32_t account_caps(const char *process)
{
    signet_supervisor_v1_ListCapabilitiesRequest request =
        signet_supervisor_v1_ListCapabilitiesRequest_init_zero;
    static signet_supervisor_v1_ListCapabilitiesReply reply;

    snprintf(request.process, sizeof request.process, "%s", process);
    if (!sg_succeeded(signet_supervisor_v1_Supervisor_ListCapabilities(sg_capability("supervisor"),
                                                                       &request, &reply)))
        report_status("account/caps", SG_OK, SG_NOT_FOUND);
    return reply.used;
}

struct account_memory account_memory(void)
{
    const signet_supervisor_v1_MemoryRequest request = signet_supervisor_v1_MemoryRequest_init_zero;
    signet_supervisor_v1_MemoryReply memory = signet_supervisor_v1_MemoryReply_init_zero;

    if (!sg_succeeded(
            signet_supervisor_v1_Supervisor_Memory(sg_capability("supervisor"), &request, &memory)))
        report_status("account/mem", SG_OK, SG_NOT_FOUND);
    return (struct account_memory){memory.free_kib, memory.used_kib};
}
