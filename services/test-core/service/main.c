/* SPDX-License-Identifier: BSD-2-Clause */
/* test-services: what the services of an image promise, checked by one of their clients. The
   argument `role` "stranger" makes a process that only leaves a key in the store, for the other not
   to find. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "kv/v1/kv.rpc.h"

#include <signet/startup.h>
#include <string.h>

static int be_stranger(void)
{
    signet_kv_v1_PutRequest request = {.key = "secret"};
    signet_kv_v1_PutReply reply;

    return sg_succeeded(signet_kv_v1_Kv_Put(sg_capability("kv"), &request, &reply)) ? 0 : 1;
}

int main(void)
{
    const char *role = sg_argument("role");

    if (role != NULL && strcmp(role, "stranger") == 0)
        return be_stranger();
    services_begin();
    check_kv();
    check_clock();
    check_log();
    check_console();
    check_deaths();
    return report_end();
}
