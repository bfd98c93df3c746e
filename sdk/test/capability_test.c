/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields that are capabilities, as a server gets and sends them: what is announced and what comes
   must agree, and whatever happens, nothing that nobody took stays behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/v1/broker.rpc.h"
#include "fake_peer.h"
#include "server/receiver.h"
#include "signet/loop.h"

#define ENDPOINT ((struct sg_handle){400, 2})
#define EVENTS_RIGHTS (SG_BIT(2) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO))
#define BUFFER_RIGHTS (SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_MEMORY_WRITE) | SG_BIT(SG_INFO))
#define BELL_RIGHTS (SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO))

static struct sg_loop loop;

/* What the handlers do, and what they saw. */
static struct {
    enum sg_rpc_status status;
    bool takes_events, holds;
    uint32_t count;
    signet_broker_v1_OfferRequest seen;
    struct sg_held_call held;
    struct sg_handle shared, given;
} broker;

enum sg_rpc_status
signet_broker_v1_Broker_Offer_handle(void *self, struct sg_call *call,
                                     const signet_broker_v1_OfferRequest *request,
                                     signet_broker_v1_OfferReply *reply)
{
    (void)self;
    broker.seen = *request;
    reply->count = ++broker.count;
    if (broker.takes_events)
        (void)sg_call_take(call, request->events.handle);
    if (broker.holds)
        broker.held = sg_call_hold(call);
    return broker.status;
}

enum sg_rpc_status signet_broker_v1_Broker_Take_handle(void *self, struct sg_call *call,
                                                       const signet_broker_v1_TakeRequest *request,
                                                       signet_broker_v1_TakeReply *reply)
{
    (void)self;
    (void)request;
    if (broker.holds)
        broker.held = sg_call_hold(call);
    reply->has_shared = reply->has_given = true;
    reply->shared.handle = broker.shared;
    reply->given.handle = broker.given;
    return broker.status;
}

static int setup(void **state)
{
    (void)state;
    fake_begin_with(0, (struct sg_ring_geometry){32, 64, 8});
    peer_begin();
    memset(&broker, 0, sizeof broker);
    sg_loop_init(&loop, sg_own_ring());
    assert_int_equal(sg_loop_serve(&loop, ENDPOINT, &signet_broker_v1_Broker_interface, NULL),
                     SG_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sg_loop_close(&loop, ENDPOINT);
    while (loop.receivers != NULL) {
        loop.receivers->state = RECEIVER_IDLE;
        receivers_post(&loop);
    }
    for (size_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        assert_int_equal(sg_own_ring()->used[i], 0);
    return 0;
}

static void step(enum sg_status expected)
{
    assert_int_equal(sg_loop_step(&loop, 1000), expected);
}

/* A call by the receive last posted, and what became of it. */
static void call(uint16_t method, const char *request, uint32_t length,
                 const struct sg_handle *handle, uint32_t count)
{
    step(SG_TIMED_OUT);
    const struct sg_submission *receive = &fake_kernel.taken[fake_kernel.taken_count - 1];
    const struct sg_message *message = &receive->message;

    assert_true(count <= message->receive_caps_count);
    memcpy(sg_ring_at(loop.ring, message->receive_offset), request, length);
    if (count != 0)
        memcpy(sg_ring_at(loop.ring, message->receive_caps_offset), handle, count * sizeof *handle);
    fake_complete(&(struct sg_completion){.user_data = receive->user_data,
                                          .result = (int32_t)length,
                                          .method = method,
                                          .caps = (uint8_t)count,
                                          .badge = 3,
                                          .token = 42,
                                          .offset = message->receive_offset});
    step(SG_OK);
    step(SG_TIMED_OUT);
}

/* The status with which the call was answered in the ring. */
static uint32_t answered(void)
{
    const struct sg_submission *reply = &fake_kernel.taken[fake_kernel.taken_count - 1];
    uint32_t status;

    assert_int_equal(reply->opcode, SG_OP_REPLY);
    assert_int_equal(reply->token, 42);
    memcpy(&status, sg_ring_at(loop.ring, reply->message.send_offset), sizeof status);
    return status;
}

#define ALL_THREE "\x3a\0\x1a\0\x4a\0" /* in the order of the definition, not of the numbers */

static void grant_three(struct sg_handle handle[3])
{
    handle[0] = peer_grant(SG_TYPE_CLIENT, EVENTS_RIGHTS);
    handle[1] = peer_grant(SG_TYPE_MEMORY, BUFFER_RIGHTS | SG_BIT(SG_MEMORY_EXECUTE));
    handle[2] = peer_grant(SG_TYPE_NOTIFICATION, BELL_RIGHTS);
}

static void expect_handle(struct sg_handle found, struct sg_handle expected)
{
    assert_int_equal(sg_handle_word(found), sg_handle_word(expected));
}

static void each_field_gets_its_own(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    broker.takes_events = true;
    call(0, ALL_THREE, 6, handle, 3);
    assert_int_equal(answered(), SG_RPC_OK);
    assert_true(broker.seen.has_events && broker.seen.has_buffer && broker.seen.has_bell);
    expect_handle(broker.seen.events.handle, handle[0]);
    expect_handle(broker.seen.buffer.handle, handle[1]);
    expect_handle(broker.seen.bell.handle, handle[2]);
    assert_int_equal(peer_granted(), 1);
    assert_true(peer_has(handle[0]));
}

static void a_field_may_be_absent(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    call(0, "\x3a\0", 2, &handle[1], 1);
    assert_int_equal(answered(), SG_RPC_OK);
    assert_false(broker.seen.has_events || broker.seen.has_bell);
    expect_handle(broker.seen.buffer.handle, handle[1]);
    assert_false(peer_has(handle[1]));
    call(0, "", 0, NULL, 0);
    assert_int_equal(answered(), SG_RPC_OK);
    assert_int_equal(broker.count, 2);
}

/* Neither handled nor kept. */
static void expect_refused(const char *bytes, uint32_t length, const struct sg_handle *handle,
                           uint32_t count)
{
    uint32_t before = peer_granted();

    call(0, bytes, length, handle, count);
    assert_int_equal(answered(), SG_RPC_BAD_MESSAGE);
    assert_int_equal(broker.count, 0);
    assert_int_equal(peer_granted(), before - count);
}

static void what_is_announced_must_come(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    expect_refused(ALL_THREE, 6, handle, 2);
    expect_refused(ALL_THREE, 6, NULL, 0);
    grant_three(handle);
    expect_refused("\x1a\0", 2, handle, 2);
    grant_three(handle);
    expect_refused("", 0, handle, 1);
    grant_three(handle);
    expect_refused("\x1a\0\x12\x7f", 4, handle, 1);
}

static void what_comes_must_be_what_was_promised(void **state)
{
    struct sg_handle handle[3], wrong;

    (void)state;
    grant_three(handle);
    wrong = handle[1];
    handle[1] = handle[2];
    handle[2] = wrong;
    expect_refused(ALL_THREE, 6, handle, 3);
    wrong = peer_grant(SG_TYPE_MEMORY, BUFFER_RIGHTS & ~SG_BIT(SG_MEMORY_WRITE));
    expect_refused("\x3a\0", 2, &wrong, 1);
    wrong = peer_grant(SG_TYPE_MEMORY, BUFFER_RIGHTS & ~SG_BIT(SG_INFO));
    expect_refused("\x3a\0", 2, &wrong, 1);
    wrong = peer_grant(SG_TYPE_ENDPOINT, UINT64_MAX);
    expect_refused("\x1a\0", 2, &wrong, 1);
}

static void a_handler_that_fails_keeps_nothing(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    broker.status = SG_RPC_INTERNAL;
    call(0, ALL_THREE, 6, handle, 3);
    assert_int_equal(answered(), SG_RPC_INTERNAL);
    assert_int_equal(broker.count, 1);
    assert_int_equal(peer_granted(), 0);
    grant_three(handle);
    broker.holds = broker.takes_events = true;
    broker.status = SG_RPC_LATER;
    call(0, ALL_THREE, 6, handle, 3);
    assert_int_equal(peer_granted(), 1);
}

static void other_methods_keep_nothing(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    call(1, "", 0, handle, 3);
    assert_int_equal(answered(), SG_RPC_UNIMPLEMENTED);
    assert_int_equal(peer_granted(), 0);
    grant_three(handle);
    call(SG_METHOD_DESCRIBE, "\0\0\0\0", 4, handle, 3);
    assert_int_equal(answered(), SG_RPC_OK);
    assert_int_equal(peer_granted(), 0);
    grant_three(handle);
    broker.shared = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    broker.given = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    call(3, "", 0, handle, 1);
    assert_int_equal(answered(), SG_RPC_BAD_MESSAGE);
    assert_false(peer_has(handle[0]));
}

/* What was sent apart, because it carries capabilities. */
static void expect_reply(uint32_t count)
{
    struct sg_message message;

    assert_int_equal(peer_reply.count, count);
    assert_int_equal(peer_reply.registers.token, 42);
    memcpy(&message, peer_reply.registers.word, sizeof message);
    assert_int_equal(message.send_length, 8);
    assert_memory_equal(sg_ring_at(loop.ring, message.send_offset), "\0\0\0\0\x0a\0\x12\0", 8);
    assert_int_equal(message.caps_count, 2);
    const struct sg_cap_transfer *list = sg_ring_at(loop.ring, message.caps_offset);
    assert_int_equal(list[0].index, broker.shared.index);
    assert_int_equal(list[0].mode, SG_TRANSFER_COPY);
    assert_int_equal(list[0].rights, SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_INFO));
    assert_int_equal(list[1].index, broker.given.index);
    assert_int_equal(list[1].mode, SG_TRANSFER_MOVE);
}

static void replies_carry_them_too(void **state)
{
    (void)state;
    broker.shared = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    broker.given = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    call(3, "", 0, NULL, 0);
    expect_reply(1);
    assert_true(peer_has(broker.shared));
    assert_false(peer_has(broker.given)); /* as if it had moved */
    broker.given = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    peer_reply_result = SG_PEER_GONE;
    call(3, "", 0, NULL, 0);
    expect_reply(2);
    assert_false(peer_has(broker.given));
    /* What the handler does not send after all is not kept either. */
    broker.given = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    broker.status = SG_RPC_INTERNAL;
    call(3, "", 0, NULL, 0);
    assert_int_equal(answered(), SG_RPC_INTERNAL);
    assert_false(peer_has(broker.given));
    assert_true(peer_has(broker.shared));
}

static void late_replies_carry_them_too(void **state)
{
    signet_broker_v1_TakeReply reply = {.has_shared = true, .has_given = true};

    (void)state;
    broker.holds = true;
    broker.status = SG_RPC_LATER;
    call(3, "", 0, NULL, 0);
    assert_int_equal(peer_reply.count, 0);
    reply.shared.handle = broker.shared = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    reply.given.handle = broker.given = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    assert_int_equal(signet_broker_v1_Broker_Take_reply(&broker.held, SG_RPC_OK, &reply), SG_OK);
    assert_int_equal(peer_reply.count, 1);
    assert_false(peer_has(broker.given));
    reply.given.handle = peer_grant(SG_TYPE_IRQ, UINT64_MAX);
    assert_int_equal(signet_broker_v1_Broker_Take_reply(&broker.held, SG_RPC_OK, &reply),
                     SG_PEER_GONE);
    assert_int_equal(peer_reply.count, 1);
    assert_false(peer_has(reply.given.handle));
    assert_true(peer_has(broker.shared));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_field_gets_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(a_field_may_be_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_announced_must_come, setup, teardown),
        cmocka_unit_test_setup_teardown(what_comes_must_be_what_was_promised, setup, teardown),
        cmocka_unit_test_setup_teardown(a_handler_that_fails_keeps_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(other_methods_keep_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(replies_carry_them_too, setup, teardown),
        cmocka_unit_test_setup_teardown(late_replies_carry_them_too, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
