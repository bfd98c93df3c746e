/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields that are capabilities, as a client sends and gets them: what is moved is given away, what a
   reply brings is the client's, or released when the reply is not what it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "broker/v1/broker.rpc.h"
#include "fake_peer.h"
#include "signet/async.h"

#define SERVICE ((struct sg_handle){401, 2})

static struct sg_loop loop;

static int setup(void **state)
{
    (void)state;
    fake_begin_with(0, (struct sg_ring_geometry){32, 64, 8});
    peer_begin();
    sg_loop_init(&loop, sg_own_ring());
    return 0;
}

static int arena_is_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        assert_int_equal(sg_own_ring()->used[i], 0);
    return 0;
}

static void step(enum sg_status expected)
{
    assert_int_equal(sg_loop_step(&loop, 1000), expected);
}

static void grant_three(struct sg_handle handle[3])
{
    handle[0] = peer_grant(SG_TYPE_CLIENT, UINT64_MAX);
    handle[1] = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    handle[2] = peer_grant(SG_TYPE_LEASE, UINT64_MAX);
}

static void expect_handle(struct sg_handle found, struct sg_handle expected)
{
    assert_int_equal(sg_handle_word(found), sg_handle_word(expected));
}

static struct signet_broker_v1_Broker_Offer_async offer;
static struct signet_broker_v1_Broker_Take_async take;
static const uint8_t ok[] = {0, 0, 0, 0};

static void start_offer(const struct sg_handle handle[3])
{
    signet_broker_v1_OfferRequest request = {
        .has_events = true, .has_buffer = true, .has_bell = true, .label = "x"};

    request.events.handle = handle[0];
    request.buffer.handle = handle[1];
    request.bell.handle = handle[2];
    memset(&offer, 0, sizeof offer);
    assert_int_equal(signet_broker_v1_Broker_Offer_start(&loop, SERVICE, &request, &offer), SG_OK);
    step(SG_TIMED_OUT);
}

static void a_request_lists_what_it_sends(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    start_offer(handle);
    const struct sg_message *message = &peer_call(0)->message;
    const struct sg_cap_transfer *list = sg_ring_at(loop.ring, message->caps_offset);
    assert_int_equal(message->caps_count, 3);
    assert_int_equal(message->caps_offset % 8, 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(list[i].index, handle[i].index);
    assert_int_equal(list[0].rights, SG_BIT(2) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO));
    assert_int_equal(list[0].mode, SG_TRANSFER_MOVE);
    assert_int_equal(list[1].rights, 3 | SG_BIT(SG_INFO));
    assert_int_equal(list[1].mode, SG_TRANSFER_COPY);
    assert_int_equal(list[2].mode, SG_TRANSFER_LEASE);
    assert_int_equal(message->send_length, 9);
    peer_answer(0, ok, sizeof ok);
    step(SG_OK);
    assert_true(sg_succeeded(offer.async.result));
    assert_int_equal(peer_granted(), 3); /* the kernel's part, moving one, is not played here */
}

static void what_moves_is_given_away_even_if_nobody_got_it(void **state)
{
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    start_offer(handle);
    sg_async_cancel(&offer.async);
    step(SG_OK);
    assert_string_equal(sg_result_name(offer.async.result), "SG_CANCELLED");
    assert_false(peer_has(handle[0]));
    assert_true(peer_has(handle[1]) && peer_has(handle[2]));
    start_offer(handle);
    peer_fail(0, SG_PEER_GONE);
    step(SG_OK);
    assert_int_equal(peer_granted(), 2);
}

static void what_was_not_started_is_still_ones_own(void **state)
{
    signet_broker_v1_OfferRequest request = {.has_events = true};
    struct sg_handle handle[3];

    (void)state;
    grant_three(handle);
    request.events.handle = handle[0];
    memset(&offer, 0, sizeof offer);
    memset(request.label, 'x', sizeof request.label); /* without an end */
    assert_int_equal(signet_broker_v1_Broker_Offer_start(&loop, SERVICE, &request, &offer),
                     SG_BAD_ARGUMENT);
    assert_true(peer_has(handle[0]));
}

static void start_take(void)
{
    static const signet_broker_v1_TakeRequest request;

    memset(&take, 0, sizeof take);
    assert_int_equal(signet_broker_v1_Broker_Take_start(&loop, SERVICE, &request, &take), SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(peer_call(0)->message.receive_caps_count, 2);
}

static void finish_take(const void *reply, uint32_t length, const struct sg_handle *handle,
                        uint32_t count, const char *expected)
{
    start_take();
    peer_answer_with(0, reply, length, handle, count);
    step(SG_OK);
    assert_string_equal(sg_result_name(take.async.result), expected);
}

static void a_reply_brings_them(void **state)
{
    static const uint8_t both[] = {0, 0, 0, 0, 0x0a, 0, 0x12, 0}, failure[] = {4, 0, 0, 0};
    struct sg_handle handle[2] = {peer_grant(SG_TYPE_MEMORY, SG_BIT(0) | SG_BIT(SG_INFO)),
                                  peer_grant(SG_TYPE_IRQ, 3 | SG_BIT(SG_INFO))};
    const struct sg_handle swapped[2] = {handle[1], handle[0]};

    (void)state;
    finish_take(both, sizeof both, handle, 2, "SG_RPC_OK");
    expect_handle(take.reply.shared.handle, handle[0]);
    expect_handle(take.reply.given.handle, handle[1]);
    assert_int_equal(peer_granted(), 2);
    finish_take(both, sizeof both, swapped, 2, "SG_RPC_BAD_MESSAGE");
    assert_int_equal(peer_granted(), 0);
    handle[0] = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    finish_take(both, sizeof both, handle, 1, "SG_RPC_BAD_MESSAGE");
    assert_int_equal(peer_granted(), 0);
    handle[0] = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    finish_take(failure, sizeof failure, handle, 1, "SG_RPC_INTERNAL");
    assert_int_equal(peer_granted(), 0);
    handle[0] = peer_grant(SG_TYPE_MEMORY, UINT64_MAX);
    finish_take("", 0, handle, 1, "SG_RPC_BAD_MESSAGE");
    assert_int_equal(peer_granted(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_lists_what_it_sends, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(what_moves_is_given_away_even_if_nobody_got_it, setup,
                                        arena_is_free),
        cmocka_unit_test_setup_teardown(what_was_not_started_is_still_ones_own, setup,
                                        arena_is_free),
        cmocka_unit_test_setup_teardown(a_reply_brings_them, setup, arena_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
