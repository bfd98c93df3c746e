/* SPDX-License-Identifier: BSD-2-Clause */
/* test-time: shares and periods, from the kernel's own counters. Booted by ci/boot/shares.py, where
   time is a count of instructions. */
#include "checks.h"
#include "report.h"

int main(void)
{
    check_shares();
    check_periods();
    return report_end();
}
