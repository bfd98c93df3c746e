/* SPDX-License-Identifier: BSD-2-Clause */
/* test-core: what the kernel promises its users, checked by one of them. It writes a line for each
   check to the console and then ends the machine, with status 0 when all went well. */
#include "check/checks.h"
#include "own.h"
#include "report.h"

#include <signet/startup.h>

int main(void)
{
    uint64_t before = own_free_frames();

    check_handles();
    check_untyped();
    check_memory();
    check_leases();
    check_ring();
    check_endpoint();
    check_transfer();
    check_notification();
    check_futex();
    check_sched();
    check_thread();
    report_equal("the whole leaves nothing behind", before, own_free_frames());
    return report_end();
}
