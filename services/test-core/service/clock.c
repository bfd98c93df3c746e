/* SPDX-License-Identifier: BSD-2-Clause */
/* clock: time goes on, sleeps end when they should, in their order, and not too many at once. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "clock/v1/clock.rpc.h"

#include <pb_encode.h>
#include <signet/startup.h>

#define SLEEPS_MAX 8u
#define MILLISECOND UINT64_C(1000000)

enum { SLEEP = 700 };

static void sleep_async(uint64_t duration_ns, uint64_t user_data)
{
    signet_clock_v1_SleepRequest request = {.duration_ns = duration_ns};
    uint8_t bytes[signet_clock_v1_SleepRequest_size];
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, sizeof bytes);

    (void)pb_encode(&stream, signet_clock_v1_SleepRequest_fields, &request);
    async_call(sg_capability("clock"), signet_clock_v1_Clock_Sleep_METHOD, bytes,
               (uint32_t)stream.bytes_written, user_data);
}

static void one_sleep(void)
{
    signet_clock_v1_SleepRequest request = {.duration_ns = 5 * MILLISECOND};
    signet_clock_v1_SleepReply reply = signet_clock_v1_SleepReply_init_zero;
    signet_clock_v1_NowRequest nothing = signet_clock_v1_NowRequest_init_zero;
    signet_clock_v1_NowReply now = signet_clock_v1_NowReply_init_zero;
    struct sg_handle clock = sg_capability("clock");

    report_result("clock/now", "SG_RPC_OK", signet_clock_v1_Clock_Now(clock, &nothing, &now));
    report_result("clock/sleep", "SG_RPC_OK", signet_clock_v1_Clock_Sleep(clock, &request, &reply));
    report_equal("clock/long enough", 1,
                 reply.monotonic_ns - now.monotonic_ns >= request.duration_ns);
    request.duration_ns = UINT64_MAX;
    report_result("clock/sleep for ever", "SG_RPC_OK",
                  signet_clock_v1_Clock_Sleep(clock, &request, &reply));
    report_equal("clock/is refused", signet_clock_v1_Result_TOO_LONG, reply.result);
}

static void several_sleeps(void)
{
    uint32_t shortest, longest;

    sleep_async(30 * MILLISECOND, SLEEP + 1);
    sleep_async(10 * MILLISECOND, SLEEP + 2);
    sleep_async(20 * MILLISECOND, SLEEP + 3);
    report_equal("clock/the longest", 0, (uint64_t)async_result(SLEEP + 1));
    longest = own_arrival();
    report_equal("clock/the shortest", 0, (uint64_t)async_result(SLEEP + 2));
    shortest = own_arrival();
    report_equal("clock/the one between", 0, (uint64_t)async_result(SLEEP + 3));
    report_equal("clock/in their order", 1, shortest < own_arrival() && own_arrival() < longest);
}

/* Nine sleeps of one client: the one that would have ended last is given up. */
static void too_many_sleeps(void)
{
    for (uint64_t i = 0; i <= SLEEPS_MAX; i++)
        sleep_async((i == 4 ? 10000 : 40) * MILLISECOND, SLEEP + 10 + i);
    report_equal("clock/one sleep too many", signet_clock_v1_Result_TOO_MANY_SLEEPING,
                 (uint64_t)async_result(SLEEP + 14));
    for (uint64_t i = 0; i <= SLEEPS_MAX; i++)
        if (i != 4)
            report_equal("clock/the others sleep well", 0, (uint64_t)async_result(SLEEP + 10 + i));
}

void check_clock(void)
{
    one_sleep();
    several_sleeps();
    too_many_sleeps();
}
