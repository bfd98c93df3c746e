/* SPDX-License-Identifier: BSD-2-Clause */
/* test-services: what the services of an image promise, checked by one of their clients. The
   argument `role` "stranger" makes a process that only leaves a key in the store, for the other not
   to find. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "kv/v1/kv.rpc.h"
#include "supervisor/v1/supervisor.rpc.h"

#include <signet/startup.h>
#include <string.h>

static int be_stranger(void)
{
    signet_kv_v1_PutRequest request = {.key = "secret"};
    signet_kv_v1_PutReply reply;

    return signet_kv_v1_Kv_Put(sg_capability("kv"), &request, &reply) == 0 ? 0 : 1;
}

static void end_machine(void)
{
    signet_supervisor_v1_ShutdownRequest request = {.exit_status = report_failures() == 0 ? 0 : 1};
    signet_supervisor_v1_ShutdownReply reply;

    (void)signet_supervisor_v1_Supervisor_Shutdown(sg_capability("supervisor"), &request, &reply);
}

int main(void)
{
    const char *role = sg_argument("role");

    if (role != NULL && strcmp(role, "stranger") == 0)
        return be_stranger();
    check_kv();
    check_clock();
    check_log();
    check_console();
    check_deaths();
    report_end();
    end_machine();
    return report_failures() == 0 ? 0 : 1;
}
