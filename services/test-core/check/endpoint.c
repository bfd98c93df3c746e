/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls arrive as they were sent, from whom the badge says, and are answered exactly once. */
#include "checks.h"
#include "report.h"
#include "talk.h"

#include <signet/object.h>
#include <string.h>

#define BADGE UINT64_C(0xbad9e00000000001)

static void a_call_and_its_answer(void)
{
    struct talk talk = talk_open(BADGE, SG_BIT(3));
    struct sg_completion call, received, again;

    memcpy(talk.request, "request", 7);
    memcpy(talk.answer, "the answer", 10);
    talk_call(&talk, 3, 7, 0);
    report_equal("endpoint/the call waits", OWN_PENDING, (uint64_t)own_taken(TALK_CALL).result);
    received = talk_receive(&talk, TALK_BYTES, 0);
    report_equal("endpoint/bytes received", 7, (uint64_t)received.result);
    report_equal("endpoint/they are the request", 0,
                 (uint64_t)memcmp(talk.received, "request\0", 8));
    report_equal("endpoint/method", 3, received.method);
    report_equal("endpoint/badge", BADGE, received.badge);
    report_status("endpoint/reply", SG_OK, talk_reply(&talk, received.token, 10).result);
    call = own_taken(TALK_CALL);
    report_equal("endpoint/bytes answered", 10, (uint64_t)call.result);
    report_equal("endpoint/they are the answer", 0,
                 (uint64_t)memcmp(talk.reply, "the answer\0", 11));
    again = talk_reply(&talk, received.token, 1);
    report_status("endpoint/a second reply", SG_BAD_TOKEN, again.result);
    talk_close(&talk);
}

static void what_a_client_may_not(void)
{
    struct talk talk = talk_open(BADGE, SG_BIT(3) | SG_BIT(SG_INFO));
    struct sg_submission receive = own_call(talk.client, 0);
    struct sg_handle client;

    talk_call(&talk, 4, 0, 0);
    report_status("endpoint/a method outside the mask", SG_DENIED, own_taken(TALK_CALL).result);
    receive.opcode = SG_OP_RECV;
    own_submit(receive, TALK_RECEIVE);
    report_status("endpoint/a client cannot receive", SG_BAD_TYPE, own_taken(TALK_RECEIVE).result);
    report_status("endpoint/a client cannot mint", SG_DENIED,
                  sg_endpoint_mint(talk.client, 1, 1, &client));
    report_status("endpoint/a client cannot destroy", SG_DENIED, sg_destroy(talk.client));
    talk_close(&talk);
}

static void sizes(void)
{
    struct talk talk = talk_open(BADGE, SG_RIGHTS_ALL);
    struct sg_completion received;

    talk_call(&talk, 0, 32, 0);
    received = talk_receive(&talk, 16, 0);
    report_status("endpoint/a request too big fails its caller", SG_TOO_BIG,
                  own_taken(TALK_CALL).result);
    report_equal("endpoint/and the receiver waits on", OWN_PENDING, (uint64_t)received.result);
    talk_call(&talk, 0, 16, 0);
    received = own_taken(TALK_RECEIVE);
    report_equal("endpoint/for one that fits", 16, (uint64_t)received.result);
    (void)talk_reply(&talk, received.token, 0);
    report_equal("endpoint/which is answered", 0, (uint64_t)own_taken(TALK_CALL).result);
    talk_call(&talk, 0, SG_MESSAGE_MAX + 1, 0);
    report_equal("endpoint/a message over the limit", 1, own_taken(TALK_CALL).result < 0);
    talk_close(&talk);
}

static void buffers_outside_the_arena(void)
{
    struct talk talk = talk_open(BADGE, SG_RIGHTS_ALL);
    uint32_t bytes = sg_own_ring()->arena_bytes;
    static const char *const names[] = {"endpoint/past the arena", "endpoint/far past the arena",
                                        "endpoint/an offset that wraps"};
    const uint32_t offsets[] = {bytes - 8, bytes + 4096, UINT32_MAX - 7};

    for (uint32_t i = 0; i < 3; i++) {
        struct sg_submission entry = own_call(talk.client, 0);

        entry.message.send_offset = offsets[i];
        entry.message.send_length = 16;
        own_submit(entry, TALK_CALL);
        report_status(names[i], SG_BAD_ARGUMENT, own_taken(TALK_CALL).result);
    }
    talk_close(&talk);
}

static void cancelling(void)
{
    struct talk talk = talk_open(BADGE, SG_RIGHTS_ALL);
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_CALL}};
    struct sg_completion received;

    talk_call(&talk, 0, 4, 0);
    own_submit(cancel, TALK_CANCEL);
    report_status("endpoint/cancel a call that waits", SG_OK, own_taken(TALK_CANCEL).result);
    report_status("endpoint/it says so", SG_CANCELLED, own_taken(TALK_CALL).result);
    talk_call(&talk, 0, 4, 0);
    received = talk_receive(&talk, TALK_BYTES, 0);
    own_submit(cancel, TALK_CANCEL);
    report_status("endpoint/cancel a call being served", SG_OK, own_taken(TALK_CANCEL).result);
    report_status("endpoint/it says so too", SG_CANCELLED, own_taken(TALK_CALL).result);
    report_status("endpoint/its reply is refused", SG_PEER_GONE,
                  talk_reply(&talk, received.token, 0).result);
    talk_close(&talk);
}

/* A reply of a capability that is none: how the SDK asks whether a caller is still there. */
static int32_t ask(const struct talk *talk, uint32_t token)
{
    struct sg_submission entry = {.opcode = SG_OP_REPLY, .token = token};

    talk->sent_caps[0] = (struct sg_cap_transfer){.index = 0};
    entry.message.caps_offset =
        talk->arena + (uint32_t)((uint8_t *)talk->sent_caps - talk->request);
    entry.message.caps_count = 1;
    own_submit(entry, TALK_REPLY);
    return own_taken(TALK_REPLY).result;
}

static void asking_for_a_caller(void)
{
    struct talk talk = talk_open(BADGE, SG_RIGHTS_ALL);
    struct sg_submission cancel = {.opcode = SG_OP_CANCEL, .argument = {TALK_CALL}};
    struct sg_completion received;

    talk_call(&talk, 0, 4, 0);
    received = talk_receive(&talk, TALK_BYTES, 0);
    report_status("endpoint/a reply of no capability", SG_TOO_BIG, ask(&talk, received.token));
    report_equal("endpoint/leaves the call open", OWN_PENDING,
                 (uint64_t)own_taken(TALK_CALL).result);
    report_status("endpoint/for a real one", SG_OK, talk_reply(&talk, received.token, 4).result);
    report_equal("endpoint/which it gets", 4, (uint64_t)own_taken(TALK_CALL).result);
    talk_call(&talk, 0, 4, 0);
    received = talk_receive(&talk, TALK_BYTES, 0);
    own_submit(cancel, TALK_CANCEL);
    (void)own_taken(TALK_CANCEL);
    (void)own_taken(TALK_CALL);
    report_status("endpoint/when its caller has left", SG_PEER_GONE, ask(&talk, received.token));
    report_status("endpoint/the call is forgotten", SG_BAD_TOKEN, ask(&talk, received.token));
    talk_close(&talk);
}

static void the_end_of_an_endpoint(void)
{
    struct talk talk = talk_open(BADGE, SG_RIGHTS_ALL);

    talk_call(&talk, 0, 4, 0);
    report_status("endpoint/destroy", SG_OK, sg_owned_destroy(&talk.endpoint));
    report_status("endpoint/a waiting call learns it", SG_PEER_GONE, own_taken(TALK_CALL).result);
    talk_call(&talk, 0, 4, 0);
    report_status("endpoint/a later call too", SG_BAD_HANDLE, own_taken(TALK_CALL).result);
    talk.endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    talk_close(&talk);
}

void check_endpoint(void)
{
    a_call_and_its_answer();
    what_a_client_may_not();
    sizes();
    buffers_outside_the_arena();
    cancelling();
    asking_for_a_caller();
    the_end_of_an_endpoint();
}
