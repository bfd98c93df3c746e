/* SPDX-License-Identifier: BSD-2-Clause */
/* clock: time goes on, sleeps end when they should, in their order, and not too many at once; who wants
   to be told of time is. */
#include "own.h"
#include "report.h"
#include "services.h"

#include "clock/v1/clock.rpc.h"

#include <signet/object.h>
#include <signet/startup.h>

#define SLEEPS_MAX 8u
#define MILLISECOND UINT64_C(1000000)
#define TICKS 5u

static struct signet_clock_v1_Clock_Sleep_async sleep[SLEEPS_MAX + 1];
static uint32_t ended, order[SLEEPS_MAX + 1]; /* in which they ended */

static void has_ended(struct signet_clock_v1_Clock_Sleep_async *call)
{
    order[call - sleep] = ended++;
}

static void start_sleep(uint32_t number, uint64_t duration_ns)
{
    const signet_clock_v1_SleepRequest request = {.duration_ns = duration_ns};

    sleep[number].done = has_ended;
    report_step("clock/start",
                signet_clock_v1_Clock_Sleep_start(services_loop(), sg_capability("clock"), &request,
                                                  &sleep[number]));
}

static void expect_sleep(const char *name, uint32_t number, signet_clock_v1_Result expected)
{
    report_result(name, "SG_RPC_OK", services_wait(&sleep[number].async));
    report_equal(name, expected, sleep[number].reply.result);
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
    start_sleep(0, 300 * MILLISECOND);
    start_sleep(1, 100 * MILLISECOND);
    start_sleep(2, 200 * MILLISECOND);
    expect_sleep("clock/the longest", 0, signet_clock_v1_Result_DONE);
    expect_sleep("clock/the shortest", 1, signet_clock_v1_Result_DONE);
    expect_sleep("clock/the one between", 2, signet_clock_v1_Result_DONE);
    report_equal("clock/in their order", 1, order[1] < order[2] && order[2] < order[0]);
}

/* Nine sleeps of one client: the one that would have ended last is given up. */
static void too_many_sleeps(void)
{
    for (uint32_t i = 0; i <= SLEEPS_MAX; i++)
        start_sleep(i, (i == 4 ? 10000 : 400) * MILLISECOND);
    expect_sleep("clock/one sleep too many", 4, signet_clock_v1_Result_TOO_MANY_SLEEPING);
    for (uint32_t i = 0; i <= SLEEPS_MAX; i++)
        if (i != 4)
            expect_sleep("clock/the others sleep well", i, signet_clock_v1_Result_DONE);
}

/* What was told, and what was missed meanwhile. */
struct told {
    uint64_t count, missed, last_ns;
    bool is_slow; /* holds the first call */
    struct sg_held_call held;
    bool goes_back; /* time did, once */
};

enum sg_rpc_status
signet_clock_v1_ClockEvents_Ticked_handle(void *self, struct sg_call *call,
                                          const signet_clock_v1_TickedRequest *request,
                                          signet_clock_v1_TickedReply *reply)
{
    struct told *told = self;

    (void)reply;
    told->count++;
    told->missed += request->missed;
    told->goes_back = told->goes_back || request->monotonic_ns <= told->last_ns;
    told->last_ns = request->monotonic_ns;
    if (!told->is_slow || told->count != 1)
        return SG_RPC_OK;
    told->held = sg_call_hold(call);
    return SG_RPC_LATER;
}

static void ask_for_ticks(const char *name, uint64_t period_ns, const struct sg_owned *offer,
                          signet_clock_v1_Result expected)
{
    signet_clock_v1_TickRequest request = {.period_ns = period_ns, .has_events = offer != NULL};
    signet_clock_v1_TickReply reply = signet_clock_v1_TickReply_init_zero;

    if (offer != NULL)
        report_step("ticks/mint",
                    sg_endpoint_mint(offer->handle, 1, SG_RIGHTS_ALL, &request.events.handle));
    report_result(name, "SG_RPC_OK",
                  signet_clock_v1_Clock_Tick(sg_capability("clock"), &request, &reply));
    report_equal(name, expected, reply.result);
}

static void wait_for_ticks(const struct told *told)
{
    for (uint32_t i = 0; i < 400 && told->count < TICKS; i++)
        services_step(50 * MILLISECOND);
}

static void ticks_come(void)
{
    struct told told = {.count = 0};
    struct sg_owned offer;
    uint64_t slots = 0, slots_after = 0, count;

    (void)sg_info(sg_self()->cspace, SG_INFO_FREE, &slots);
    report_step(
        "ticks/offer",
        sg_loop_offer(services_loop(), &signet_clock_v1_ClockEvents_interface, &told, &offer));
    ask_for_ticks("ticks/every 3 ms", 3 * MILLISECOND, &offer, signet_clock_v1_Result_DONE);
    wait_for_ticks(&told);
    report_equal("ticks/they come", TICKS, told.count);
    report_equal("ticks/one after the other", 0, told.goes_back);
    ask_for_ticks("ticks/no more", 0, NULL, signet_clock_v1_Result_DONE);
    services_step(0);
    count = told.count;
    services_step(20 * MILLISECOND);
    report_equal("ticks/they end", count, told.count);
    sg_loop_withdraw(services_loop(), &offer);
    services_step(0);
    (void)sg_info(sg_self()->cspace, SG_INFO_FREE, &slots_after);
    report_equal("ticks/nothing is left", slots, slots_after);
}

/* The first is answered late, so others are missed and counted. */
static void ticks_are_missed(void)
{
    struct told told = {.is_slow = true};
    const signet_clock_v1_TickedReply reply = signet_clock_v1_TickedReply_init_zero;
    struct sg_owned offer;
    uint64_t until_ns;

    report_step(
        "ticks/offer",
        sg_loop_offer(services_loop(), &signet_clock_v1_ClockEvents_interface, &told, &offer));
    ask_for_ticks("ticks/every 2 ms", 2 * MILLISECOND, &offer, signet_clock_v1_Result_DONE);
    for (uint32_t i = 0; i < 400 && told.count == 0; i++)
        services_step(50 * MILLISECOND);
    until_ns = own_now_ns() + 20 * MILLISECOND;
    while (own_now_ns() < until_ns)
        services_step(MILLISECOND);
    report_equal("ticks/one at a time", 1, told.count);
    report_step("ticks/answer",
                signet_clock_v1_ClockEvents_Ticked_reply(&told.held, SG_RPC_OK, &reply));
    wait_for_ticks(&told);
    report_equal("ticks/what was missed is told", 1, told.missed >= 5);
    sg_loop_withdraw(services_loop(), &offer); /* the clock learns from its next call */
}

static void ticks_are_refused(void)
{
    ask_for_ticks("ticks/too often", MILLISECOND - 1, NULL, signet_clock_v1_Result_TOO_SHORT);
    ask_for_ticks("ticks/too seldom", UINT64_MAX, NULL, signet_clock_v1_Result_TOO_LONG);
    ask_for_ticks("ticks/for nobody", MILLISECOND, NULL, signet_clock_v1_Result_NOBODY_TO_TELL);
}

void check_clock(void)
{
    one_sleep();
    several_sleeps();
    too_many_sleeps();
    ticks_come();
    ticks_are_missed();
    ticks_are_refused();
}
