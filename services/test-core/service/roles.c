/* SPDX-License-Identifier: BSD-2-Clause */
#include "roles.h"

#include "echo/v1/echo.rpc.h"
#include "kv/v1/kv.rpc.h"

#include <inttypes.h>
#include <signet/log.h>
#include <signet/service.h>
#include <signet/startup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool put(const char *key)
{
    signet_kv_v1_PutRequest request = {.value.size = 1};
    signet_kv_v1_PutReply reply = signet_kv_v1_PutReply_init_zero;

    snprintf(request.key, sizeof request.key, "%s", key);
    return sg_succeeded(signet_kv_v1_Kv_Put(sg_capability("kv"), &request, &reply)) &&
           reply.result == signet_kv_v1_Result_DONE;
}

int be_stranger(void)
{
    struct sg_loop loop;
    struct sg_service service = {.loop = &loop};

    sg_loop_init(&loop, sg_own_ring());
    return put("secret") ? sg_service_run(&service) : EXIT_FAILURE;
}

int be_visitor(void)
{
    char key[8];

    for (uint32_t i = 0; i < VISITOR_ENTRIES; i++) {
        snprintf(key, sizeof key, "v%" PRIu32, i);
        if (!put(key))
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

enum sg_rpc_status signet_echo_v1_Echo_Echo_handle(void *self, struct sg_call *call,
                                                   const signet_echo_v1_EchoRequest *request,
                                                   signet_echo_v1_EchoReply *reply)
{
    (void)self;
    (void)call;
    reply->data.size = request->data.size;
    memcpy(reply->data.bytes, request->data.bytes, request->data.size);
    return SG_RPC_OK;
}

static void tell_gone(struct sg_service *service, uint32_t process, uint32_t instance)
{
    (void)service;
    sg_log(SG_LOG_INFO, "gone: process %" PRIu32 " up to instance %" PRIu32, process, instance);
}

int be_listener(void)
{
    struct sg_loop loop;
    struct sg_service service = {.loop = &loop, .client_gone = tell_gone};

    sg_loop_init(&loop, sg_own_ring());
    if (sg_loop_serve(&loop, sg_provided("listener"), &signet_echo_v1_Echo_interface, NULL) !=
        SG_OK)
        return EXIT_FAILURE;
    return sg_service_run(&service);
}
