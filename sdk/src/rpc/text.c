/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "signet/rpc.h"

static const char *const names[] = {
    "ok",
    "the message is not what the method takes",
    "the server has no such method",
    "the reply does not fit the caller's buffer",
    "the server could not do it",
};

const char *sg_rpc_text(int result)
{
    static char number[32];

    if (result < 0)
        return sg_status_name(result);
    if ((unsigned)result < sizeof names / sizeof names[0])
        return names[result];
    (void)snprintf(number, sizeof number, "rpc status %d", result);
    return number;
}
