/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that is compiled and linked by hand, with what pkg-config says. */
#include <signet/log.h>

int main(void)
{
    sg_log(SG_LOG_INFO, "built by pkg-config");
    return 0;
}
