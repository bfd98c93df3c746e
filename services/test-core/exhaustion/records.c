/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations in flight of a ring, and calls that a server holds. What has no room waits in the queue or
   is told so; each ends once. Seen to fail: a record less than there are. */
#include "accounts.h"
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#define SUBMISSIONS 32u
#define COMPLETIONS 32u
#define MORE 8u /* entries that find no room */
#define CALLS 20u
#define HELD 16u

static struct {
    struct sg_ring *ring;
    struct sg_handle target;
    volatile uint32_t in_flight, refused, waiting, ended;
} full;

/* Waits of which no more than so many can be in flight; then for all of them to end. */
static void wait_for_all(uint64_t argument)
{
    struct sg_submission entry = own_call(full.target, SG_NOTIFICATION_WAIT);
    struct sg_completion completion;

    (void)argument;
    for (uint32_t i = 0; i < COMPLETIONS + MORE; i++)
        (void)sg_ring_submit(full.ring, &entry);
    (void)sg_ring_enter(full.ring, 0, 0);
    full.waiting = sg_ring_pending(full.ring);
    full.in_flight = COMPLETIONS + MORE - full.waiting;
    while (full.ended < COMPLETIONS + MORE) {
        (void)sg_ring_enter(full.ring, 1, SG_FOREVER);
        while (sg_ring_next(full.ring, &completion) == SG_OK)
            full.ended += completion.result == SG_OK;
    }
    sg_thread_exit(full.ended);
}

static struct worker open(uint32_t submissions, uint32_t completions, struct sg_handle target)
{
    struct worker worker = worker_open((struct worker_shape){
        .slots = 8, .submissions = submissions, .completions = completions, .pages = 2});

    full.target = worker_give(&worker, target, SG_RIGHTS_ALL);
    full.in_flight = full.refused = full.waiting = full.ended = 0;
    return worker;
}

void fill_records(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct worker worker = open(SUBMISSIONS, COMPLETIONS, notification.handle);

    full.ring = &worker.ring;
    report_step("records/start", worker_start(&worker, wait_for_all, 0));
    limits_await(&full.in_flight, COMPLETIONS);
    report_count("records/in flight", COMPLETIONS, full.in_flight);
    report_count("records/of the ring, as the kernel counts", COMPLETIONS,
                 account_of(worker.ring_object.handle, SG_INFO_COUNT));
    report_count("records/left in the queue", MORE, full.waiting);
    aftermath_held("records/full");
    for (uint32_t i = 0; i < COMPLETIONS; i++)
        report_step("records/signal", sg_notification_signal(notification.handle));
    while (full.ended < COMPLETIONS + MORE) { /* a wait takes all signals that are there */
        own_pause();
        report_step("records/signal", sg_notification_signal(notification.handle));
    }
    report_count("records/each ended once", COMPLETIONS + MORE, limits_end(&worker));
    worker_close(&worker);
    (void)sg_owned_destroy(&notification);
}

static void receive(struct sg_submission *entry)
{
    (void)sg_ring_submit(full.ring, entry);
    (void)sg_ring_enter(full.ring, 1, SG_FOREVER);
}

static void reply_to(uint32_t token)
{
    struct sg_submission entry = {.opcode = SG_OP_REPLY, .token = token};
    struct sg_completion completion;

    receive(&entry);
    (void)sg_ring_next(full.ring, &completion);
}

/* Holds calls until it is refused, answers them, and goes on with the rest. */
static void hold_all(uint64_t argument)
{
    struct sg_submission entry = own_call(full.target, SG_ENDPOINT_RECV);
    struct sg_completion completion = {.result = 0};
    static uint32_t token[CALLS];
    uint32_t held = 0, answered = 0;

    (void)argument;
    entry.opcode = SG_OP_RECV;
    while (answered < CALLS) {
        receive(&entry);
        (void)sg_ring_next(full.ring, &completion);
        if (completion.result == 0)
            token[held++] = completion.token;
        if (completion.result == SG_LIMIT) {
            full.in_flight = held;
            full.refused++;
        }
        for (; answered < held && (full.refused != 0 || held == CALLS); answered++)
            reply_to(token[answered]);
    }
    sg_thread_exit(answered);
}

void fill_held_calls(void)
{
    struct sg_owned endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct worker worker = open(HELD, HELD, endpoint.handle);
    struct sg_handle client = SG_HANDLE_NONE;
    uint32_t answered = 0;

    full.ring = &worker.ring;
    report_step("held/mint", sg_endpoint_mint(endpoint.handle, 1, SG_RIGHTS_ALL, &client));
    for (uint32_t i = 0; i < CALLS; i++)
        own_submit(own_call(client, 0), 1000 + i);
    report_step("held/start", worker_start(&worker, hold_all, 0));
    report_count("held/answered by the server", CALLS, limits_end(&worker));
    report_count("held/at once, then refused", HELD, full.in_flight);
    report_equal("held/it was refused", 1, full.refused != 0);
    for (uint32_t i = 0; i < CALLS; i++)
        answered += own_taken(1000 + i).result == 0;
    report_count("held/each call answered once", CALLS, answered);
    worker_close(&worker);
    (void)sg_release(client);
    (void)sg_owned_destroy(&endpoint);
}
