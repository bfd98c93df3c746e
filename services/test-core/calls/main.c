/* SPDX-License-Identifier: BSD-2-Clause */
/* test-calls: asynchronous calls and capability fields between processes. The argument `role` says
   which of them this is; the one without checks, and ends the machine. */
#include "calls.h"
#include "checks.h"
#include "report.h"

#include <signet/startup.h>
#include <string.h>

int main(void)
{
    const char *role = sg_argument("role");

    if (role != NULL && strcmp(role, "server") == 0)
        return calls_serve();
    if (role != NULL && strcmp(role, "mortal") == 0)
        return calls_leave_open();
    checks_begin();
    check_flight();
    check_cancel();
    check_capabilities();
    check_relay();
    check_deaths();
    return report_end();
}
