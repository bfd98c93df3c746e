/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls as programs make them: generated stub here, event loop and generated dispatch there. */
#include "bench.h"

#include "clock/v1/clock.rpc.h"
#include "echo/v1/echo.rpc.h"

#include <signet/startup.h>

#define COUNT 200u
#define BATCH 32u

/* Both messages fit registers. */
static int64_t call_now(const void *context, uint64_t count)
{
    const signet_clock_v1_NowRequest request = signet_clock_v1_NowRequest_init_zero;
    signet_clock_v1_NowReply reply;
    struct sg_handle clock = sg_capability("stubs-clock");
    struct sg_result result = {SG_OK, SG_RPC_OK};

    (void)context;
    for (uint64_t i = 0; i < count && sg_succeeded(result); i++)
        result = signet_clock_v1_Clock_Now(clock, &request, &reply);
    return result.transport;
}

/* context: how many bytes go there and back. */
static int64_t call_echo(const void *context, uint64_t count)
{
    static signet_echo_v1_EchoRequest request;
    static signet_echo_v1_EchoReply reply;
    struct sg_handle echo = sg_capability("stubs-echo");
    struct sg_result result = {SG_OK, SG_RPC_OK};

    request.data.size = *(const pb_size_t *)context;
    for (uint64_t i = 0; i < count && sg_succeeded(result); i++)
        result = signet_echo_v1_Echo_Echo(echo, &request, &reply);
    return result.transport;
}

/* The same as call_now, BATCH at a time. */
static int64_t batch_now(const void *context, uint64_t count)
{
    static struct signet_clock_v1_Clock_Now_async call[BATCH];
    const signet_clock_v1_NowRequest request = signet_clock_v1_NowRequest_init_zero;
    struct sg_handle clock = sg_capability("stubs-clock");
    enum sg_status status = SG_OK;
    struct sg_loop loop;

    (void)context;
    sg_loop_init(&loop, sg_own_ring());
    for (uint64_t i = 0; i < count && status == SG_OK; i += BATCH) {
        struct sg_batch batch = {.in_flight = 0};

        for (uint32_t n = 0; n < BATCH && status == SG_OK; n++) {
            call[n].async.batch = &batch;
            status = signet_clock_v1_Clock_Now_start(&loop, clock, &request, &call[n]);
        }
        if (status == SG_OK)
            status = sg_batch_collect(&batch, &loop, SG_FOREVER);
    }
    return status;
}

void measure_stubs(void)
{
    measure("stub_batch_32", batch_now, NULL, COUNT / BATCH * BATCH);
    measure("stub_call", call_now, NULL, COUNT);
    measure("stub_call_16_bytes", call_echo, &(const pb_size_t){16}, COUNT);
    measure("stub_call_480_bytes", call_echo, &(const pb_size_t){480}, COUNT);
}
