/* SPDX-License-Identifier: BSD-2-Clause */
/* test-threads: threads of one process, what they share and what is theirs alone. */
#include "checks.h"
#include "report.h"

int main(void)
{
    check_threads();
    check_sync();
    check_libc();
    check_pool();
    return report_end();
}
