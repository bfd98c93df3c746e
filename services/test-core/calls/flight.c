/* SPDX-License-Identifier: BSD-2-Clause */
#include "checks.h"
#include "entries.h"
#include "own.h"
#include "report.h"

#include <signet/async.h>
#include <signet/object.h>
#include <signet/startup.h>

#define PATIENCE_NS (20 * SECOND_NS)
#define BATCH 16u
#define PAUSE_NS UINT64_C(1000000)

struct tally tally;

static struct sg_loop loop;
static struct signet_hold_v1_Hold_Wait_async call[CALLS];
static uint32_t done_count[CALLS];

void checks_begin(void)
{
    sg_loop_init(&loop, sg_own_ring());
}

struct sg_loop *checks_loop(void)
{
    return &loop;
}

static void count(struct sg_result result)
{
    if (sg_succeeded(result))
        tally.answered++;
    else if (result.transport == SG_CANCELLED)
        tally.cancelled++;
    else if (result.transport == SG_TIMED_OUT)
        tally.timed_out++;
    else if (result.transport == SG_PEER_GONE)
        tally.gone++;
    else
        tally.other++;
}

static void done(struct signet_hold_v1_Hold_Wait_async *ended)
{
    uint32_t number = (uint32_t)(ended - call);

    tally.done++;
    tally.twice += ++done_count[number] > 1;
    count(ended->async.result);
    if (sg_succeeded(ended->async.result) && ended->reply.number != number)
        report_equal("flight/a reply of its own", number, ended->reply.number);
}

static enum sg_status start(struct sg_handle service, uint32_t number, const struct extras *extras)
{
    signet_hold_v1_WaitRequest request = {.number = number};
    enum sg_status status = SG_OK;

    done_count[number] = 0;
    call[number] = (struct signet_hold_v1_Hold_Wait_async){.done = done};
    call[number].async.deadline_ns = extras->deadline_ns;
    request.has_memory = !sg_handle_is_none(extras->memory);
    request.memory.handle = extras->memory;
    request.has_events = extras->offer != NULL;
    if (request.has_events)
        status =
            sg_endpoint_mint(extras->offer->handle, number, SG_RIGHTS_ALL, &request.events.handle);
    if (status == SG_OK)
        status = signet_hold_v1_Hold_Wait_start(&loop, service, &request, &call[number]);
    return status;
}

void flight_start(struct sg_handle service, uint32_t calls, const struct extras *extras)
{
    tally = (struct tally){0};
    for (uint32_t i = 0; i < calls; i++) {
        enum sg_status status = start(service, i, extras);

        if (status == SG_OK)
            tally.started++;
        else
            report_status("flight/start", SG_OK, status);
    }
}

void flight_cancel(void)
{
    for (uint32_t i = 0; i < CALLS; i++)
        sg_async_cancel(&call[i].async);
}

static void step(uint64_t pause_ns)
{
    enum sg_status status = sg_loop_step(&loop, own_now_ns() + pause_ns);

    if (status != SG_OK && status != SG_TIMED_OUT)
        report_status("flight/step", SG_OK, status);
}

void flight_land(void)
{
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;

    while (tally.done < tally.started && own_now_ns() < until_ns)
        step(SECOND_NS);
    step(0); /* one that came twice would come now */
}

signet_hold_v1_StateReply flight_wait_held(struct sg_handle service, uint32_t held)
{
    const signet_hold_v1_StateRequest request = signet_hold_v1_StateRequest_init_zero;
    signet_hold_v1_StateReply state = signet_hold_v1_StateReply_init_zero;
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;
    struct sg_result result = {SG_OK, SG_RPC_OK};

    do {
        step(PAUSE_NS);
        result = signet_hold_v1_Hold_State(service, &request, &state);
    } while (sg_succeeded(result) && state.held != held && own_now_ns() < until_ns);
    if (!sg_succeeded(result) || state.held != held)
        report_equal("flight/held by the server", held, state.held);
    return state;
}

uint32_t flight_release(struct sg_handle service, uint32_t calls)
{
    const signet_hold_v1_ReleaseRequest request = {.count = calls};
    signet_hold_v1_ReleaseReply reply = signet_hold_v1_ReleaseReply_init_zero;

    report_result("flight/release", "SG_RPC_OK",
                  signet_hold_v1_Hold_Release(service, &request, &reply));
    return reply.answered;
}

static void a_batch(struct sg_handle server)
{
    static struct signet_hold_v1_Hold_State_async state[BATCH];
    const signet_hold_v1_StateRequest request = signet_hold_v1_StateRequest_init_zero;
    struct sg_batch batch = {.in_flight = 0};
    uint64_t entries = entries_counted();
    uint32_t answered = 0;

    for (uint32_t i = 0; i < BATCH; i++) {
        state[i].async.batch = &batch;
        report_step("batch/start",
                    signet_hold_v1_Hold_State_start(&loop, server, &request, &state[i]));
    }
    enum sg_status status = sg_batch_collect(&batch, &loop, SG_FOREVER);
    entries = entries_counted() - entries;
    report_status("batch/collect", SG_OK, status);
    report_equal("batch/in one entry", 1, entries);
    for (uint32_t i = 0; i < BATCH; i++)
        answered += sg_succeeded(state[i].async.result) && state[i].reply.free_slots > 0;
    report_equal("batch/all are answered", BATCH, answered);
}

void check_flight(void)
{
    struct sg_handle server = sg_capability("server");
    const struct extras plain = {.deadline_ns = 0};
    uint64_t entries = entries_counted();

    flight_start(server, CALLS, &plain);
    report_equal("flight/started in no entry", 0, entries_counted() - entries);
    entries = entries_counted();
    step(0);
    report_equal("flight/one entry for all of them and a look at the clock", 2,
                 entries_counted() - entries);
    (void)flight_wait_held(server, CALLS);
    report_equal("flight/all are with the server", CALLS, loop.in_flight);
    report_equal("flight/half are answered", CALLS / 2, flight_release(server, CALLS / 2));
    step(SECOND_NS);
    report_equal("flight/and completed", CALLS / 2, tally.answered);
    report_equal("flight/then the rest", CALLS / 2, flight_release(server, CALLS));
    flight_land();
    report_equal("flight/all are answered", CALLS, tally.answered);
    report_equal("flight/each once", 0, tally.twice + tally.done - CALLS);
    a_batch(server);
}
