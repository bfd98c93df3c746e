/* SPDX-License-Identifier: BSD-2-Clause */
/* clock: monotonic time, many clients asleep at once, and some that are told once a period (ticks.h).
   Each sleep holds its call and a timer of the loop; the sleepers' table (sleepers.h) says who may
   sleep. */
#include "sleepers.h"
#include "ticks.h"

#include "clock/v1/clock.rpc.h"

#include <signet/log.h>
#include <signet/metrics.h>
#include <signet/object.h>
#include <signet/service.h>
#include <signet/startup.h>

#define RING_RESERVE_PART 4u /* one part of this many of the ring's records stays for others */

struct sleep {
    struct sg_timer timer; /* first: its address is the sleep's */
    struct sg_held_call call;
};

struct clock {
    struct sg_loop loop;
    struct sg_handle cpu;
    struct sleepers sleepers;
    struct sleep sleep[SLEEPERS_MAX];
};

static struct clock state;

SG_GAUGE(asleep, "calls-asleep");

/* A client that died asleep cannot be answered, and need not be. */
static void end_sleep(struct sleep *sleep, signet_clock_v1_Result result)
{
    signet_clock_v1_SleepReply reply = {.result = result};

    sleepers_free(&state.sleepers, (uint32_t)(sleep - state.sleep));
    sg_gauge_add(asleep, -1);
    sg_loop_timer_cancel(&state.loop, &sleep->timer);
    (void)sg_cpu_now(state.cpu, &reply.monotonic_ns);
    (void)signet_clock_v1_Clock_Sleep_reply(&sleep->call, SG_RPC_OK, &reply);
}

static void wake(struct sg_timer *timer)
{
    end_sleep((struct sleep *)timer, signet_clock_v1_Result_DONE);
}

enum sg_rpc_status signet_clock_v1_Clock_Now_handle(void *self, struct sg_call *call,
                                                    const signet_clock_v1_NowRequest *request,
                                                    signet_clock_v1_NowReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    return sg_cpu_now(state.cpu, &reply->monotonic_ns) == SG_OK ? SG_RPC_OK : SG_RPC_INTERNAL;
}

enum sg_rpc_status signet_clock_v1_Clock_Sleep_handle(void *self, struct sg_call *call,
                                                      const signet_clock_v1_SleepRequest *request,
                                                      signet_clock_v1_SleepReply *reply)
{
    uint64_t end_ns;
    uint32_t place;
    enum sleepers_choice choice = sleepers_choose(&state.sleepers, call->badge, &place);

    (void)self;
    if (sg_cpu_now(state.cpu, &reply->monotonic_ns) != SG_OK)
        return SG_RPC_INTERNAL;
    if (__builtin_add_overflow(reply->monotonic_ns, request->duration_ns, &end_ns) ||
        end_ns == SG_FOREVER) {
        reply->result = signet_clock_v1_Result_TOO_LONG;
        return SG_RPC_OK;
    }
    if (choice == SLEEPERS_NONE) {
        reply->result = signet_clock_v1_Result_TOO_MANY_SLEEPING;
        return SG_RPC_OK;
    }
    if (choice == SLEEPERS_GIVE_UP)
        end_sleep(&state.sleep[place], signet_clock_v1_Result_TOO_MANY_SLEEPING);
    sleepers_take(&state.sleepers, place, call->badge, end_ns);
    sg_gauge_add(asleep, 1);
    state.sleep[place].call = sg_call_hold(call);
    state.sleep[place].timer.fire = wake;
    sg_loop_timer(&state.loop, end_ns, &state.sleep[place].timer);
    return SG_RPC_LATER;
}

static signet_clock_v1_Result begin_ticks(struct sg_call *call,
                                          const signet_clock_v1_TickRequest *request)
{
    struct tick_wish wish = {.client = call->badge, .period_ns = request->period_ns};

    if (request->period_ns < TICKS_PERIOD_MIN_NS)
        return signet_clock_v1_Result_TOO_SHORT;
    if (request->period_ns > INT64_MAX)
        return signet_clock_v1_Result_TOO_LONG;
    if (!request->has_events)
        return signet_clock_v1_Result_NOBODY_TO_TELL;
    wish.events = request->events.handle;
    if (!ticks_begin(&state.loop, state.cpu, &wish))
        return signet_clock_v1_Result_TOO_MANY_TOLD;
    (void)sg_call_take(call, wish.events);
    return signet_clock_v1_Result_DONE;
}

enum sg_rpc_status signet_clock_v1_Clock_Tick_handle(void *self, struct sg_call *call,
                                                     const signet_clock_v1_TickRequest *request,
                                                     signet_clock_v1_TickReply *reply)
{
    (void)self;
    if (request->period_ns == 0)
        ticks_end(call->badge);
    else
        reply->result = begin_ticks(call, request);
    return SG_RPC_OK;
}

/* A held call keeps a record of the ring, and so does a tick that is being told; receiving and
   answering others need some too. */
static uint32_t places_of(const struct sg_ring *ring)
{
    uint32_t places = ring->completion_count - ring->completion_count / RING_RESERVE_PART;

    places -= TICKS_CLIENTS_MAX < places ? TICKS_CLIENTS_MAX : places;
    return places < SLEEPERS_MAX ? places : SLEEPERS_MAX;
}

int main(void)
{
    struct sg_service service = {.loop = &state.loop};
    enum sg_status status;
    uint64_t now_ns;

    state.sleepers.places = places_of(sg_own_ring());
    state.cpu = sg_capability("cpu");
    status = sg_cpu_now(state.cpu, &now_ns);
    if (status != SG_OK) {
        sg_log(SG_LOG_ERROR, "capability cpu: %s", sg_status_text(status));
        return 1;
    }
    sg_loop_init(&state.loop, sg_own_ring());
    status =
        sg_loop_serve(&state.loop, sg_provided("clock"), &signet_clock_v1_Clock_interface, NULL);
    if (status == SG_OK)
        return sg_service_run(&service);
    sg_log(SG_LOG_ERROR, "endpoint clock: %s", sg_status_text(status));
    return 1;
}
