/* SPDX-License-Identifier: BSD-2-Clause */
/* This process calls a relay, which calls a server: deadlines go through to the server, and so does
   the news that the first caller has left. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/startup.h>

#define PASSED 8u

static void answers_come_back(struct sg_handle relay, struct sg_handle server)
{
    const struct extras plain = {.deadline_ns = 0};

    flight_start(relay, PASSED, &plain);
    (void)flight_wait_held(server, PASSED);
    report_equal("relay/the relay holds them too", PASSED, flight_wait_held(relay, PASSED).held);
    (void)flight_release(server, PASSED);
    flight_land();
    report_equal("relay/answers come back", PASSED, tally.answered);
}

static void deadlines_go_through(struct sg_handle relay, struct sg_handle server)
{
    struct extras extras = {.deadline_ns = own_now_ns() + SECOND_NS};
    signet_hold_v1_StateReply state;

    flight_start(relay, PASSED, &extras);
    state = flight_wait_held(server, PASSED);
    report_equal("relay/the server knows the caller's deadline", extras.deadline_ns,
                 state.deadline_ns);
    flight_land();
    /* The relay may be quicker to give up and say so. */
    report_equal("relay/the caller's calls end", PASSED, tally.timed_out + tally.other);
    report_equal("relay/not before their time", 1, own_now_ns() >= extras.deadline_ns);
    report_equal("relay/the relay's end too", 0, flight_wait_held(relay, 0).held);
    report_equal("relay/and the server's", 0, flight_wait_held(server, 0).held);
}

static void cancelling_goes_through(struct sg_handle relay, struct sg_handle server)
{
    const struct extras plain = {.deadline_ns = 0};
    uint32_t relay_left, server_left;

    flight_start(relay, PASSED, &plain);
    server_left = flight_wait_held(server, PASSED).left;
    relay_left = flight_wait_held(relay, PASSED).left;
    flight_cancel();
    flight_land();
    report_equal("relay/all are cancelled", PASSED, tally.cancelled);
    report_equal("relay/the relay finds out", PASSED, flight_wait_held(relay, 0).left - relay_left);
    report_equal("relay/and cancels its own, as the server finds out", PASSED,
                 flight_wait_held(server, 0).left - server_left);
}

void check_relay(void)
{
    struct sg_handle relay = sg_capability("relay"), server = sg_capability("server");

    answers_come_back(relay, server);
    struct ledger before = ledger_read(relay, "relay");
    deadlines_go_through(relay, server);
    cancelling_goes_through(relay, server);
    struct ledger after = ledger_read(relay, "relay");
    ledger_compare("relay", &before, &after);
}
