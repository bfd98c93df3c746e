/* SPDX-License-Identifier: BSD-2-Clause */
/* What clients see of a server that dies, and what a console keeps of calls that wait. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "clock/v1/clock.rpc.h"
#include "console/v1/console.rpc.h"
#include "kv/v1/kv.rpc.h"
#include "supervisor/v1/supervisor.rpc.h"

#include <signet/startup.h>
#include <stdio.h>

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

/* A sleep of 10 seconds is open when its server dies; the next call waits for the new server. */
static void a_clock_dies(void)
{
    signet_clock_v1_NowRequest nothing = signet_clock_v1_NowRequest_init_zero;
    signet_clock_v1_NowReply now = signet_clock_v1_NowReply_init_zero;
    const signet_clock_v1_SleepRequest long_time = {.duration_ns = UINT64_C(10000000000)};
    static struct signet_clock_v1_Clock_Sleep_async sleep;
    struct sg_handle clock = sg_capability("clock");

    report_step("deaths/sleep",
                signet_clock_v1_Clock_Sleep_start(services_loop(), clock, &long_time, &sleep));
    services_step(0);
    report_result("deaths/the clock answers", "SG_RPC_OK",
                  signet_clock_v1_Clock_Now(sg_capability("clock"), &nothing, &now));
    end_process("clock");
    report_result("deaths/an open call learns it", "SG_PEER_GONE", services_wait(&sleep.async));
    report_result("deaths/the next one is answered", "SG_RPC_OK",
                  signet_clock_v1_Clock_Now(sg_capability("clock"), &nothing, &now));
}

static void a_store_dies(void)
{
    signet_kv_v1_UsageRequest nothing = signet_kv_v1_UsageRequest_init_zero;
    signet_kv_v1_UsageReply usage = signet_kv_v1_UsageReply_init_zero;

    (void)signet_kv_v1_Kv_Usage(sg_capability("kv"), &nothing, &usage);
    report_equal("deaths/the store holds something", 1, usage.entries > 0);
    end_process("kv");
    report_result("deaths/the new store answers", "SG_RPC_OK",
                  signet_kv_v1_Kv_Usage(sg_capability("kv"), &nothing, &usage));
    report_equal("deaths/and is empty", 0, usage.entries);
}

void check_deaths(void)
{
    a_clock_dies();
    a_store_dies();
}

void check_console(void)
{
    static const signet_console_v1_ReadRequest request;
    static struct signet_console_v1_Console_Read_async first, second;
    struct sg_handle console = sg_capability("console");

    report_step("console/read",
                signet_console_v1_Console_Read_start(services_loop(), console, &request, &first));
    services_step(0);
    report_equal("console/a read waits", 1, sg_async_is_in_flight(&first.async));
    report_step("console/read again",
                signet_console_v1_Console_Read_start(services_loop(), console, &request, &second));
    report_result("console/a second one ends the first", "SG_RPC_OK", services_wait(&first.async));
    report_equal("console/as one too many", signet_console_v1_Result_TOO_MANY_WAITING,
                 first.reply.result);
    sg_async_cancel(&second.async);
    report_result("console/the second is cancelled", "SG_CANCELLED", services_wait(&second.async));
}
