/* SPDX-License-Identifier: BSD-2-Clause */
#include "accounts.h"
#include "checks.h"
#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <stdio.h>

struct ledger ledger_read(struct sg_handle service, const char *process)
{
    signet_hold_v1_StateReply state = flight_wait_held(service, 0);
    struct account_memory memory = account_memory();

    return (struct ledger){.own_slots = account_of(sg_self()->cspace, SG_INFO_FREE),
                           .own_frames = account_of(sg_self()->untyped, SG_INFO_FREE),
                           .own_in_flight = checks_loop()->in_flight,
                           .own_arena = account_arena(checks_loop()->ring),
                           .server_slots = state.free_slots,
                           .server_frames = state.free_frames,
                           .server_owed = state.completions_owed,
                           .system_free_kib = memory.free_kib,
                           .system_used_kib = memory.used_kib,
                           .own_caps = account_caps(sg_self()->name),
                           .server_caps = account_caps(process)};
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
