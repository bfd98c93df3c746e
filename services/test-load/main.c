/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of kv that never stops calling it. The log tells of each call that ended because kv was
   gone, and when calls are answered again; any other failure is told and ends the process. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

#include <signet/log.h>
#include <signet/startup.h>

#include "kv/v1/kv.rpc.h"

#define VALUE_BYTES 256u

/* What has come of the calls so far. */
struct tally {
    uint64_t answered;
    uint32_t gone;
    bool is_answering; /* the log says so */
};

static void count_answer(struct tally *tally)
{
    tally->answered++;
    if (!tally->is_answering)
        sg_log(SG_LOG_INFO, "answered, servers gone so far: %" PRIu32, tally->gone);
    tally->is_answering = true;
}

static void count_gone(struct tally *tally)
{
    tally->gone++;
    tally->is_answering = false;
    sg_log(SG_LOG_INFO, "server gone in a call, answers so far: %" PRIu64, tally->answered);
}

/* Whether the call ended in one of the two expected ways. */
static bool count(struct tally *tally, struct sg_result call, signet_kv_v1_Result result)
{
    if (call.transport == SG_PEER_GONE)
        count_gone(tally);
    else if (sg_succeeded(call) && result == signet_kv_v1_Result_DONE)
        count_answer(tally);
    else
        return false;
    return true;
}

int main(void)
{
    const signet_kv_v1_PutRequest request = {.key = "load", .value.size = VALUE_BYTES};
    signet_kv_v1_PutReply reply = signet_kv_v1_PutReply_init_zero;
    struct tally tally = {0};
    struct sg_result call;

    do {
        call = signet_kv_v1_Kv_Put(sg_capability("kv"), &request, &reply);
    } while (count(&tally, call, reply.result));
    sg_log(SG_LOG_ERROR, "call ended: %s, result %d", sg_result_text(call), (int)reply.result);
    return 1;
}
