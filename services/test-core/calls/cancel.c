/* SPDX-License-Identifier: BSD-2-Clause */
/* CALLS calls with two capabilities each, all cancelled half-way: half of them are answered, or half of
   them have not even been received. Each completes once, and nothing is left anywhere. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>

static struct sg_owned memory;
static struct sg_owned offer;

/* Half are answered, of which the client has not heard, when it cancels all. */
static void cancel_half_answered(struct sg_handle service)
{
    const struct extras extras = {.memory = memory.handle, .offer = &offer};

    flight_start(service, CALLS, &extras);
    (void)flight_wait_held(service, CALLS);
    (void)flight_release(service, CALLS / 2);
    flight_cancel();
    flight_land();
}

/* The server's ring is too small for all of them: it receives no more, and the others queue at its
   endpoint. How many it had received it tells afterwards. */
static uint32_t cancel_half_received(struct sg_handle service)
{
    const struct extras extras = {.memory = memory.handle, .offer = &offer};
    const signet_hold_v1_StateRequest request = signet_hold_v1_StateRequest_init_zero;
    signet_hold_v1_StateReply state = flight_wait_held(service, 0);
    uint32_t left = state.left;
    struct sg_result result;

    flight_start(service, CALLS, &extras);
    do {
        (void)!sg_loop_step(checks_loop(), own_now_ns() + SECOND_NS / 20);
        result = signet_hold_v1_Hold_State_within(service, SECOND_NS / 10, &request, &state);
    } while (sg_succeeded(result));
    flight_cancel();
    flight_land();
    return flight_wait_held(service, 0).left - left;
}

static void half_answered(void)
{
    struct sg_handle server = sg_capability("server");
    struct ledger before, after;

    cancel_half_answered(server); /* once before: what is taken for good is taken now */
    before = ledger_read(server, "server");
    cancel_half_answered(server);
    after = ledger_read(server, "server");
    report_equal("cancel/half were answered first", CALLS / 2, tally.answered);
    report_equal("cancel/the others are cancelled", CALLS / 2, tally.cancelled);
    report_equal("cancel/each once", 0, tally.twice + tally.done - CALLS);
    ledger_compare("cancel", &before, &after);
}

static void half_received(void)
{
    struct sg_handle narrow = sg_capability("narrow");
    struct ledger before, after;
    uint32_t received;

    (void)cancel_half_received(narrow);
    before = ledger_read(narrow, "narrow");
    received = cancel_half_received(narrow);
    after = ledger_read(narrow, "narrow");
    report_equal("queued/some were with the server", 1, received > 0);
    report_equal("queued/some were not", 1, received < CALLS);
    report_equal("queued/all are cancelled", CALLS, tally.cancelled);
    report_equal("queued/each once", 0, tally.twice + tally.done - CALLS);
    ledger_compare("queued", &before, &after);
}

enum sg_rpc_status signet_hold_v1_HoldEvents_Told_handle(void *self, struct sg_call *call,
                                                         const signet_hold_v1_ToldRequest *request,
                                                         signet_hold_v1_ToldReply *reply)
{
    uint32_t *told = self;

    (void)call;
    (void)reply;
    if (told != NULL && request->number == *told + 1)
        ++*told;
    return SG_RPC_OK;
}

void check_cancel(void)
{
    static const uint64_t one_page[3] = {1};

    report_step("cancel/a memory", sg_owned_create(SG_TYPE_MEMORY, one_page, &memory));
    report_step("cancel/an offer",
                sg_loop_offer(checks_loop(), &signet_hold_v1_HoldEvents_interface, NULL, &offer));
    half_answered();
    half_received();
    sg_loop_withdraw(checks_loop(), &offer);
    report_step("cancel/end", sg_owned_destroy(&memory));
}
