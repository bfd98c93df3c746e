/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/service.h"

#include <stdlib.h>

#include "lifecycle/v1/lifecycle.rpc.h"
#include "server/serve.h"
#include "signet/log.h"
#include "signet/object.h"
#include "signet/startup.h"

#define RECEIVES 1u /* the supervisor asks one thing at a time */

_Static_assert((int)SG_LOG_DEBUG == signet_lifecycle_v1_Level_DEBUG, "same values");
_Static_assert((int)SG_LOG_INFO == signet_lifecycle_v1_Level_INFO, "same values");
_Static_assert((int)SG_LOG_WARNING == signet_lifecycle_v1_Level_WARNING, "same values");
_Static_assert((int)SG_LOG_ERROR == signet_lifecycle_v1_Level_ERROR, "same values");

enum sg_rpc_status
signet_lifecycle_v1_Lifecycle_Start_handle(void *self, struct sg_call *call,
                                           const signet_lifecycle_v1_StartRequest *request,
                                           signet_lifecycle_v1_StartReply *reply)
{
    struct sg_service *service = self;

    (void)request;
    (void)reply;
    if (!service->is_ready_later)
        return SG_RPC_OK;
    service->start = sg_call_hold(call);
    service->is_start_held = true;
    return SG_RPC_LATER;
}

enum sg_rpc_status
signet_lifecycle_v1_Lifecycle_Ping_handle(void *self, struct sg_call *call,
                                          const signet_lifecycle_v1_PingRequest *request,
                                          signet_lifecycle_v1_PingReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_OK;
}

enum sg_rpc_status
signet_lifecycle_v1_Lifecycle_Stop_handle(void *self, struct sg_call *call,
                                          const signet_lifecycle_v1_StopRequest *request,
                                          signet_lifecycle_v1_StopReply *reply)
{
    struct sg_service *service = self;

    (void)call;
    (void)request;
    (void)reply;
    if (service->stop != NULL)
        service->stop(service);
    else
        sg_loop_finish(service->loop);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_lifecycle_v1_Lifecycle_SetLogLevel_handle(
    void *self, struct sg_call *call, const signet_lifecycle_v1_SetLogLevelRequest *request,
    signet_lifecycle_v1_SetLogLevelReply *reply)
{
    (void)self;
    (void)call;
    (void)reply;
    if ((uint32_t)request->level > SG_LOG_ERROR)
        return SG_RPC_BAD_MESSAGE;
    sg_log_set_level((enum sg_log_level)request->level);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_lifecycle_v1_Lifecycle_ClientGone_handle(
    void *self, struct sg_call *call, const signet_lifecycle_v1_ClientGoneRequest *request,
    signet_lifecycle_v1_ClientGoneReply *reply)
{
    struct sg_service *service = self;

    (void)call;
    (void)reply;
    sg_sessions_client_gone(service->sessions, request->process, request->instance);
    if (service->client_gone != NULL)
        service->client_gone(service, request->process, request->instance);
    return SG_RPC_OK;
}

enum sg_status sg_service_begin(struct sg_service *service)
{
    const struct sg_startup *block = sg_startup_block();

    if (block == NULL || sg_handle_is_none(block->lifecycle))
        return SG_OK;
    return serve(service->loop, block->lifecycle, &signet_lifecycle_v1_Lifecycle_interface, service,
                 RECEIVES);
}

void sg_service_ready(struct sg_service *service)
{
    const signet_lifecycle_v1_StartReply reply = signet_lifecycle_v1_StartReply_init_zero;

    service->is_ready_later = false;
    if (service->is_start_held)
        (void)signet_lifecycle_v1_Lifecycle_Start_reply(&service->start, SG_RPC_OK, &reply);
    service->is_start_held = false;
}

int sg_service_run(struct sg_service *service)
{
    enum sg_status status = sg_service_begin(service);

    if (status == SG_OK)
        status = sg_loop_run(service->loop);
    if (status == SG_OK)
        return EXIT_SUCCESS;
    sg_log(SG_LOG_ERROR, "event loop: %s", sg_status_text(status));
    return EXIT_FAILURE;
}
