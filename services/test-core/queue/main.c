/* SPDX-License-Identifier: BSD-2-Clause */
/* test-queue: a queue between two processes. The argument `role` "sink" makes the one that reads; the
   other writes, checks, and ends the machine. */
#include "bulk.h"
#include "report.h"

#include <signet/startup.h>
#include <string.h>

int main(void)
{
    const char *role = sg_argument("role");

    if (role != NULL && strcmp(role, "sink") == 0)
        return bulk_sink(sg_provided("bulk"));
    check_bulk(sg_capability("sink"));
    return report_end();
}
