/* SPDX-License-Identifier: BSD-2-Clause */
#include "checks.h"
#include "report.h"

#include "supervisor/v1/supervisor.rpc.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <stdio.h>

static uint64_t fact(struct sg_handle handle, enum sg_info selector)
{
    uint64_t value = 0;

    report_step("ledger/info", sg_info(handle, selector, &value));
    return value;
}

static uint64_t arena_in_use(void)
{
    const struct sg_ring *ring = checks_loop()->ring;
    uint64_t units = 0;

    for (uint32_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        units += (uint64_t)__builtin_popcountll(ring->used[i]);
    return units;
}

/* Slots in use, as `caps` counts them. */
static uint32_t caps_of(const char *process)
{
    signet_supervisor_v1_ListCapabilitiesRequest request =
        signet_supervisor_v1_ListCapabilitiesRequest_init_zero;
    static signet_supervisor_v1_ListCapabilitiesReply reply;

    snprintf(request.process, sizeof request.process, "%s", process);
    if (!sg_succeeded(signet_supervisor_v1_Supervisor_ListCapabilities(sg_capability("supervisor"),
                                                                       &request, &reply)))
        report_status("ledger/caps", SG_OK, SG_NOT_FOUND);
    return reply.used;
}

struct ledger ledger_read(struct sg_handle service, const char *process)
{
    const signet_supervisor_v1_MemoryRequest request = signet_supervisor_v1_MemoryRequest_init_zero;
    signet_supervisor_v1_MemoryReply memory = signet_supervisor_v1_MemoryReply_init_zero;
    signet_hold_v1_StateReply state = flight_wait_held(service, 0);

    if (!sg_succeeded(
            signet_supervisor_v1_Supervisor_Memory(sg_capability("supervisor"), &request, &memory)))
        report_status("ledger/mem", SG_OK, SG_NOT_FOUND);
    return (struct ledger){.own_slots = fact(sg_self()->cspace, SG_INFO_FREE),
                           .own_frames = fact(sg_self()->untyped, SG_INFO_FREE),
                           .own_in_flight = checks_loop()->in_flight,
                           .own_arena = arena_in_use(),
                           .server_slots = state.free_slots,
                           .server_frames = state.free_frames,
                           .server_owed = state.completions_owed,
                           .system_free_kib = memory.free_kib,
                           .system_used_kib = memory.used_kib,
                           .own_caps = caps_of(sg_self()->name),
                           .server_caps = caps_of(process)};
}

static void compare(const char *name, const char *what, uint64_t before, uint64_t after)
{
    char line[80];

    snprintf(line, sizeof line, "%s/%s as before", name, what);
    report_equal(line, before, after);
}

void ledger_compare(const char *name, const struct ledger *before, const struct ledger *after)
{
    compare(name, "own slots", before->own_slots, after->own_slots);
    compare(name, "own memory", before->own_frames, after->own_frames);
    compare(name, "own operations", before->own_in_flight, after->own_in_flight);
    compare(name, "own arena", before->own_arena, after->own_arena);
    compare(name, "server's slots", before->server_slots, after->server_slots);
    compare(name, "server's memory", before->server_frames, after->server_frames);
    compare(name, "server's completions", before->server_owed, after->server_owed);
    compare(name, "mem free", before->system_free_kib, after->system_free_kib);
    compare(name, "mem used", before->system_used_kib, after->system_used_kib);
    compare(name, "own caps", before->own_caps, after->own_caps);
    compare(name, "server's caps", before->server_caps, after->server_caps);
}
