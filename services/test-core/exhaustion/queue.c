/* SPDX-License-Identifier: BSD-2-Clause */
/* An endpoint at which as many calls queue as four rings can have in flight. Some are answered in their
   order; the end of the endpoint ends the rest, each once. Seen to fail: a queue that takes the newest
   first, and a destruction that stops after its first step, which ends the machine. */
#include "aftermath.h"
#include "limits.h"
#include "report.h"
#include "talk.h"

#include <signet/startup.h>

#define CALLERS 4u
#define CALLS SG_RING_COMPLETIONS_MAX
#define ANSWERED 100u
#define METHODS 55u /* say in which order the calls of one were made */

static struct caller {
    struct worker worker;
    struct sg_handle client;
    volatile uint32_t queued;
    volatile uint32_t answered, gone, other;
} caller[CALLERS];

static void take(struct caller *own)
{
    struct sg_completion completion;

    while (sg_ring_next(&own->worker.ring, &completion) == SG_OK) {
        own->answered += completion.result == 0;
        own->gone += completion.result == SG_PEER_GONE;
        own->other += completion.result != 0 && completion.result != SG_PEER_GONE;
    }
}

static void call_all(uint64_t argument)
{
    struct caller *own = (struct caller *)(uintptr_t)argument;
    struct sg_submission entry = own_call(own->client, 0);

    for (uint32_t i = 0; i < CALLS; i++) {
        entry.method = i % METHODS;
        (void)sg_ring_submit(&own->worker.ring, &entry);
        (void)sg_ring_enter(&own->worker.ring, 0, 0);
    }
    own->queued = CALLS;
    while (own->answered + own->gone + own->other < CALLS) {
        (void)sg_ring_enter(&own->worker.ring, 1, SG_FOREVER);
        take(own);
    }
    sg_thread_exit(own->gone);
}

static void begin(struct caller *own, const struct talk *talk)
{
    struct sg_handle client = SG_HANDLE_NONE;

    *own = (struct caller){.queued = 0};
    own->worker = worker_open(
        (struct worker_shape){.slots = 8, .submissions = CALLS, .completions = CALLS, .pages = 8});
    report_step("queue/mint", sg_endpoint_mint(talk->endpoint.handle, (uint64_t)(own - caller),
                                               SG_RIGHTS_ALL, &client));
    own->client = worker_give(&own->worker, client, SG_RIGHTS_ALL);
    (void)sg_release(client);
    report_step("queue/start", worker_start(&own->worker, call_all, (uintptr_t)own));
}

/* How many of the first are those that each caller made first. */
static uint32_t answer_some(const struct talk *talk)
{
    uint32_t next[CALLERS] = {0}, in_order = 0;

    for (uint32_t i = 0; i < ANSWERED; i++) {
        struct sg_completion call = talk_receive(talk, TALK_BYTES, 0);

        if (call.result == 0 && call.badge < CALLERS)
            in_order += call.method == next[call.badge]++ % METHODS &&
                        talk_reply(talk, call.token, 0).result == SG_OK;
    }
    return in_order;
}

void fill_queue(void)
{
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    uint32_t queued = 0, answered = 0, gone = 0, other = 0;

    for (uint32_t i = 0; i < CALLERS; i++)
        begin(&caller[i], &talk);
    for (uint32_t i = 0; i < CALLERS; i++) {
        limits_await(&caller[i].queued, CALLS);
        queued += caller[i].queued;
    }
    report_count("queue/calls queued", CALLERS * CALLS, queued);
    aftermath_held("queue/full");
    report_count("queue/some are received and answered", ANSWERED, answer_some(&talk));
    report_status("queue/the endpoint is destroyed", SG_OK, sg_owned_destroy(&talk.endpoint));
    for (uint32_t i = 0; i < CALLERS; i++) {
        (void)limits_end(&caller[i].worker);
        answered += caller[i].answered;
        gone += caller[i].gone;
        other += caller[i].other;
        worker_close(&caller[i].worker);
    }
    report_count("queue/answered", ANSWERED, answered);
    report_count("queue/ended with the endpoint", CALLERS * CALLS - ANSWERED, gone);
    report_none("queue/ended otherwise", other, CALLERS * CALLS);
    talk.endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    talk_close(&talk);
}
