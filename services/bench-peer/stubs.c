/* SPDX-License-Identifier: BSD-2-Clause */
/* Two interfaces served as services do it: event loop and generated dispatch. */
#include "clock/v1/clock.rpc.h"
#include "echo/v1/echo.rpc.h"

#include <signet/loop.h>
#include <signet/startup.h>
#include <string.h>

#include "peer.h"

enum sg_rpc_status signet_clock_v1_Clock_Now_handle(void *self, struct sg_call *call,
                                                    const signet_clock_v1_NowRequest *request,
                                                    signet_clock_v1_NowReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    reply->monotonic_ns = 1000000000;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_clock_v1_Clock_Sleep_handle(void *self, struct sg_call *call,
                                                      const signet_clock_v1_SleepRequest *request,
                                                      signet_clock_v1_SleepReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_clock_v1_Clock_Tick_handle(void *self, struct sg_call *call,
                                                     const signet_clock_v1_TickRequest *request,
                                                     signet_clock_v1_TickReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_UNIMPLEMENTED;
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

int peer_serve_stubs(void)
{
    struct sg_loop loop;
    enum sg_status status;

    sg_loop_init(&loop, sg_own_ring());
    status = sg_loop_serve(&loop, sg_provided("clock"), &signet_clock_v1_Clock_interface, NULL);
    if (status == SG_OK)
        status = sg_loop_serve(&loop, sg_provided("echo"), &signet_echo_v1_Echo_interface, NULL);
    return status == SG_OK ? (int)sg_loop_run(&loop) : (int)status;
}
