/* SPDX-License-Identifier: BSD-2-Clause */
/* kv: values come back, quotas hold, one client's keys are nobody else's, hostile bytes are
   refused. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "kv/v1/kv.rpc.h"

#include <signet/startup.h>
#include <stdio.h>
#include <string.h>

#define QUOTA_ENTRIES 8u /* as in the manifest */

static struct sg_result put(const char *key, uint32_t length, signet_kv_v1_PutReply *reply)
{
    signet_kv_v1_PutRequest request = signet_kv_v1_PutRequest_init_zero;

    snprintf(request.key, sizeof request.key, "%s", key);
    request.value.size = (pb_size_t)length;
    memset(request.value.bytes, 'v', length);
    return signet_kv_v1_Kv_Put(sg_capability("kv"), &request, reply);
}

static bool get(const char *key, signet_kv_v1_GetReply *reply)
{
    signet_kv_v1_GetRequest request = signet_kv_v1_GetRequest_init_zero;

    snprintf(request.key, sizeof request.key, "%s", key);
    return sg_succeeded(signet_kv_v1_Kv_Get(sg_capability("kv"), &request, reply)) && reply->found;
}

static void values(void)
{
    signet_kv_v1_PutReply reply = signet_kv_v1_PutReply_init_zero;
    signet_kv_v1_GetReply found = signet_kv_v1_GetReply_init_zero;

    report_result("kv/put", "SG_RPC_OK", put("a", 3, &reply));
    report_equal("kv/first revision", 1, reply.revision);
    report_result("kv/put the longest value", "SG_RPC_OK", put("a", 1024, &reply));
    report_equal("kv/next revision", 2, reply.revision);
    report_equal("kv/get", 1, get("a", &found));
    report_equal("kv/all its bytes", 1024, found.value.size);
    report_equal("kv/get what is not there", 0, get("b", &found));
    report_result("kv/put an empty key", "SG_RPC_OK", put("", 3, &reply));
    report_equal("kv/it is refused", signet_kv_v1_Result_BAD_KEY, reply.result);
}

static void quotas(void)
{
    signet_kv_v1_PutReply reply = signet_kv_v1_PutReply_init_zero;
    signet_kv_v1_ListRequest list = signet_kv_v1_ListRequest_init_zero;
    signet_kv_v1_ListReply rows = signet_kv_v1_ListReply_init_zero;
    char key[8];

    for (uint32_t i = 1; i < QUOTA_ENTRIES; i++) {
        snprintf(key, sizeof key, "k%u", (unsigned int)i);
        (void)put(key, 1, &reply);
    }
    report_equal("kv/up to the quota", signet_kv_v1_Result_DONE, reply.result);
    (void)put("more", 1, &reply);
    report_equal("kv/not past it", signet_kv_v1_Result_OVER_QUOTA, reply.result);
    (void)put("k1", 2, &reply);
    report_equal("kv/a key it has may change", signet_kv_v1_Result_DONE, reply.result);
    report_result("kv/list", "SG_RPC_OK", signet_kv_v1_Kv_List(sg_capability("kv"), &list, &rows));
    report_equal("kv/its own keys only", QUOTA_ENTRIES, rows.row_count);
}

/* The other process has put "secret" before this one began. */
static void others(void)
{
    signet_kv_v1_GetReply found = signet_kv_v1_GetReply_init_zero;

    report_equal("kv/another client's key", 0, get("secret", &found));
}

static struct sg_rpc_bytes answer;

static struct sg_result call_bytes(uint16_t number, const char *bytes, uint32_t length)
{
    static uint8_t reply[1100];
    const struct sg_rpc_method method = sg_rpc_raw_method(number, length, sizeof reply);
    const struct sg_rpc_bytes request = {(void *)(uintptr_t)bytes, length};

    answer = (struct sg_rpc_bytes){.data = reply};
    return sg_rpc_within(sg_capability("kv"), &method, SG_FOREVER, &request, &answer);
}

static void hostile_bytes(void)
{
    static char big[3000];

    report_result("kv/bytes that are no message", "SG_RPC_BAD_MESSAGE",
                  call_bytes(0, "\x0a\xff\xff", 3));
    report_result("kv/a key longer than its field", "SG_RPC_BAD_MESSAGE",
                  call_bytes(1,
                             "\x0a\x46"
                             "0123456789012345678901234567890123456789"
                             "012345678901234567890123456789",
                             72));
    report_result("kv/a message larger than any request", "SG_TOO_BIG",
                  call_bytes(0, big, sizeof big));
    report_result("kv/a method it does not have", "SG_DENIED", call_bytes(54, "", 0));
    report_result("kv/a description from past its end", "SG_RPC_OK",
                  call_bytes(SG_METHOD_DESCRIBE, "\xff\xff\xff\xff", 4));
    report_equal("kv/it is empty", 0, answer.length);
    report_result("kv/a description from half an offset", "SG_RPC_BAD_MESSAGE",
                  call_bytes(SG_METHOD_DESCRIBE, "\x01", 1));
}

void check_kv(void)
{
    values();
    quotas();
    others();
    hostile_bytes();
}
