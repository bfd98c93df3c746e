/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/rpc.h"

struct named {
    const char *name;
    const char *text;
};

static const struct named statuses[] = {
    [SG_RPC_OK] = {"SG_RPC_OK", "ok"},
    [SG_RPC_BAD_MESSAGE] = {"SG_RPC_BAD_MESSAGE", "the message is not what the method takes"},
    [SG_RPC_UNIMPLEMENTED] = {"SG_RPC_UNIMPLEMENTED", "the server has no such method"},
    [SG_RPC_TOO_BIG] = {"SG_RPC_TOO_BIG", "the reply does not fit the caller's buffer"},
    [SG_RPC_INTERNAL] = {"SG_RPC_INTERNAL", "the server could not do it"},
};

static struct named named(enum sg_rpc_status status)
{
    if ((unsigned)status < sizeof statuses / sizeof statuses[0])
        return statuses[status];
    return (struct named){"SG_RPC_UNKNOWN", "the server gave a status this program does not know"};
}

const char *sg_result_name(struct sg_result result)
{
    return result.transport != SG_OK ? sg_status_name(result.transport) : named(result.rpc).name;
}

const char *sg_result_text(struct sg_result result)
{
    return result.transport != SG_OK ? sg_status_text(result.transport) : named(result.rpc).text;
}
