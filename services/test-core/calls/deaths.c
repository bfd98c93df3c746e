/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that dies with CALLS calls in flight, and a caller that dies with its calls at a relay. */
#include "calls.h"
#include "checks.h"
#include "report.h"

#include "supervisor/v1/supervisor.rpc.h"

#include <signet/async.h>
#include <signet/log.h>
#include <signet/startup.h>
#include <stdio.h>

#define LEFT_OPEN 8u

static void end_process(const char *name)
{
    signet_supervisor_v1_KillRequest request = signet_supervisor_v1_KillRequest_init_zero;
    signet_supervisor_v1_KillReply reply = signet_supervisor_v1_KillReply_init_zero;

    snprintf(request.process, sizeof request.process, "%s", name);
    report_result(
        "deaths/kill", "SG_RPC_OK",
        signet_supervisor_v1_Supervisor_Kill(sg_capability("supervisor"), &request, &reply));
    report_equal("deaths/it is done", signet_supervisor_v1_Result_DONE, reply.result);
}

static void the_server_dies(struct sg_handle server)
{
    const struct extras plain = {.deadline_ns = 0};

    flight_start(server, CALLS, &plain);
    (void)flight_wait_held(server, CALLS);
    end_process("server");
    flight_land();
    report_equal("deaths/all calls complete", CALLS, tally.done);
    report_equal("deaths/each once", 0, tally.twice);
    report_equal("deaths/they learn why", CALLS, tally.gone);
    report_equal("deaths/nothing is in flight", 0, checks_loop()->in_flight);
    report_equal("deaths/the next server holds none", 0, flight_wait_held(server, 0).held);
}

/* The calls of "mortal" came before this test began, and are still there. */
static void the_caller_dies(struct sg_handle relay, struct sg_handle server)
{
    (void)flight_wait_held(relay, LEFT_OPEN);
    (void)flight_wait_held(server, LEFT_OPEN);
    end_process("mortal");
    report_equal("deaths/the relay finds out", LEFT_OPEN, flight_wait_held(relay, 0).left);
    report_equal("deaths/and so does the server behind it", LEFT_OPEN,
                 flight_wait_held(server, 0).left);
}

void check_deaths(void)
{
    the_server_dies(sg_capability("server"));
    the_caller_dies(sg_capability("mortals-relay"), sg_capability("mortals-server"));
}

static void ended(struct signet_hold_v1_Hold_Wait_async *call)
{
    sg_log(SG_LOG_INFO, "a call ended: %s", sg_result_text(call->async.result));
}

int calls_leave_open(void)
{
    static struct signet_hold_v1_Hold_Wait_async call[LEFT_OPEN];
    static const signet_hold_v1_WaitRequest request;
    struct sg_loop loop;

    sg_loop_init(&loop, sg_own_ring());
    for (uint32_t i = 0; i < LEFT_OPEN; i++) {
        call[i].done = ended;
        if (signet_hold_v1_Hold_Wait_start(&loop, sg_capability("server"), &request, &call[i]) !=
            SG_OK)
            return 1;
    }
    return sg_loop_run(&loop) == SG_OK ? 0 : 1;
}
