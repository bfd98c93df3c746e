/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that do not wait, over a kernel whose servers answer when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_peer.h"
#include "sample_server.h"
#include "signet/async.h"

#define SERVICE ((struct sg_handle){7, 2})
#define CALLS 64u

static struct sg_loop loop;
static struct signet_sample_v1_Sample_Add_async call[CALLS];
static uint32_t done_count[CALLS];
static const signet_sample_v1_AddRequest request = {.a = 2, .b = 3};
static const uint8_t reply[] = {0, 0, 0, 0, 0x08, 5};

static void done(struct signet_sample_v1_Sample_Add_async *ended)
{
    done_count[ended - call]++;
}

static int setup(void **state)
{
    (void)state;
    fake_begin_with(UINT32_MAX - 20, (struct sg_ring_geometry){64, 128, 16});
    peer_begin();
    sg_loop_init(&loop, sg_own_ring());
    memset(call, 0, sizeof call);
    memset(done_count, 0, sizeof done_count);
    for (uint32_t i = 0; i < CALLS; i++)
        call[i].done = done;
    return 0;
}

/* Whatever happened: nothing of the arena is in use, nothing in flight, no timer set. */
static int nothing_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        assert_int_equal(sg_own_ring()->used[i], 0);
    assert_int_equal(loop.in_flight, 0);
    assert_null(loop.timers);
    return 0;
}

static void start(uint32_t index)
{
    assert_int_equal(signet_sample_v1_Sample_Add_start(&loop, SERVICE, &request, &call[index]),
                     SG_OK);
}

static void start_all(void)
{
    for (uint32_t i = 0; i < CALLS; i++)
        start(i);
}

static void step(enum sg_status expected)
{
    assert_int_equal(sg_loop_step(&loop, 1000), expected);
}

static void expect_all(const char *expected)
{
    for (uint32_t i = 0; i < CALLS; i++) {
        assert_int_equal(done_count[i], 1);
        assert_string_equal(sg_result_name(call[i].async.result), expected);
    }
}

static void many_are_in_flight_and_answered_in_any_order(void **state)
{
    (void)state;
    start_all();
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.enter_count, 1);
    assert_int_equal(peer_open(), CALLS);
    assert_true(sg_async_is_in_flight(&call[0].async));
    for (uint32_t i = CALLS; i-- > 0;)
        peer_answer(i * 7 % (i + 1), reply, sizeof reply);
    step(SG_OK);
    expect_all("SG_RPC_OK");
    for (uint32_t i = 0; i < CALLS; i++)
        assert_int_equal(call[i].reply.sum, 5);
    assert_false(sg_async_is_in_flight(&call[0].async));
}

static void a_call_in_flight_is_not_started_again(void **state)
{
    (void)state;
    start(0);
    assert_int_equal(signet_sample_v1_Sample_Add_start(&loop, SERVICE, &request, &call[0]),
                     SG_BUSY);
    step(SG_TIMED_OUT);
    assert_int_equal(peer_open(), 1);
    peer_answer(0, reply, sizeof reply);
    step(SG_OK);
    assert_int_equal(done_count[0], 1);
    start(0);
    step(SG_TIMED_OUT);
    peer_fail(0, SG_DENIED);
    step(SG_OK);
    assert_int_equal(done_count[0], 2);
    assert_string_equal(sg_result_name(call[0].async.result), "SG_DENIED");
}

static void a_dead_server_ends_them_all(void **state)
{
    (void)state;
    start_all();
    step(SG_TIMED_OUT);
    while (peer_open() != 0)
        peer_fail(0, SG_PEER_GONE);
    step(SG_OK);
    expect_all("SG_PEER_GONE");
}

static void cancelled_ones_end_once(void **state)
{
    (void)state;
    start_all();
    step(SG_TIMED_OUT);
    /* A third is answered before, and a reply that was first is kept. */
    for (uint32_t i = 0; i < CALLS / 3; i++)
        peer_answer(0, reply, sizeof reply);
    for (uint32_t i = 0; i < CALLS; i++)
        sg_async_cancel(&call[i].async);
    assert_int_equal(peer_cancels, CALLS);
    step(SG_OK);
    for (uint32_t i = 0; i < CALLS; i++) {
        assert_int_equal(done_count[i], 1);
        assert_string_equal(sg_result_name(call[i].async.result),
                            i < CALLS / 3 ? "SG_RPC_OK" : "SG_CANCELLED");
        sg_async_cancel(&call[i].async);
    }
    assert_int_equal(peer_cancels, CALLS);
    step(SG_TIMED_OUT);
}

static void what_the_kernel_never_saw_is_withdrawn(void **state)
{
    (void)state;
    start_all();
    for (uint32_t i = 0; i < CALLS; i += 2)
        sg_async_cancel(&call[i].async);
    assert_int_equal(peer_cancels, 0);
    for (uint32_t steps = 0; peer_open() != CALLS / 2 || loop.in_flight != CALLS / 2; steps++) {
        assert_true(steps < 5);
        (void)!sg_loop_step(&loop, 1000);
    }
    for (uint32_t i = 0; i < CALLS; i++)
        assert_int_equal(done_count[i], i % 2 == 0);
    while (peer_open() != 0)
        peer_answer(0, reply, sizeof reply);
    step(SG_OK);
    for (uint32_t i = 0; i < CALLS; i++)
        assert_string_equal(sg_result_name(call[i].async.result),
                            i % 2 == 0 ? "SG_CANCELLED" : "SG_RPC_OK");
}

static void deadlines_end_calls_and_are_told(void **state)
{
    uint8_t header[] = {0xf9, 0x7f, 0xf4, 1, 0, 0, 0, 0, 0, 0, 0x08, 2, 0x10, 3};

    (void)state;
    call[0].async.deadline_ns = 500;
    call[1].async.deadline_ns = 400;
    start(0);
    start(1);
    start(2);
    step(SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, 400);
    const struct sg_message *message = &peer_call(0)->message;
    assert_int_equal(message->send_length, sizeof header);
    assert_memory_equal(sg_ring_at(loop.ring, message->send_offset), header, sizeof header);
    step(SG_OK);
    assert_string_equal(sg_result_name(call[1].async.result), "SG_TIMED_OUT");
    assert_int_equal(done_count[0], 0);
    peer_answer(0, reply, sizeof reply);
    step(SG_OK);
    assert_int_equal(done_count[0], 1);
    assert_string_equal(sg_result_name(call[0].async.result), "SG_RPC_OK");
    peer_answer(0, reply, sizeof reply);
    step(SG_OK);
    assert_int_equal(done_count[2], 1);
}

static void a_full_ring_refuses_and_loses_nothing(void **state)
{
    uint32_t started = 0;

    (void)state;
    fake_kernel.take_limit = 0;
    for (uint32_t i = 0; i < CALLS; i++)
        start(i);
    static struct signet_sample_v1_Sample_Add_async more;
    assert_int_equal(signet_sample_v1_Sample_Add_start(&loop, SERVICE, &request, &more), SG_LIMIT);
    assert_false(sg_async_is_in_flight(&more.async));
    fake_kernel.take_limit = UINT32_MAX;
    step(SG_TIMED_OUT);
    while (peer_open() != 0) {
        peer_answer(0, reply, sizeof reply);
        started++;
    }
    step(SG_OK);
    assert_int_equal(started, CALLS);
    expect_all("SG_RPC_OK");
}

static void a_full_arena_refuses(void **state)
{
    static struct signet_sample_v1_Sample_Draw_async large[CALLS * 2];
    static const signet_sample_v1_DrawRequest empty;
    enum sg_status status = SG_OK;
    uint32_t count = 0;

    (void)state;
    memset(large, 0, sizeof large);
    while (status == SG_OK && count < CALLS * 2)
        status = signet_sample_v1_Sample_Draw_start(&loop, SERVICE, &empty, &large[count++]);
    assert_int_equal(status, SG_LIMIT);
    step(SG_TIMED_OUT);
    assert_int_equal(peer_open(), count - 1);
    while (peer_open() != 0)
        peer_fail(0, SG_PEER_GONE);
    step(SG_OK);
}

static void wrong_replies_are_no_replies(void **state)
{
    static const struct {
        uint8_t bytes[8];
        uint32_t length;
        const char *expected;
    } table[] = {
        {{0, 0, 0}, 3, "SG_RPC_BAD_MESSAGE"},
        {{0, 0, 0, 0, 0x08}, 5, "SG_RPC_BAD_MESSAGE"},
        {{0, 0, 0, 0, 0x0a, 1, 7}, 7, "SG_RPC_BAD_MESSAGE"},
        {{0xff, 0xff, 0xff, 0xff}, 4, "SG_RPC_BAD_MESSAGE"},
        {{2, 0, 0, 0}, 4, "SG_RPC_UNIMPLEMENTED"},
        {{0, 0, 0, 0, 0x78, 1}, 6, "SG_RPC_OK"}, /* a field of a newer minor */
        {{0, 0, 0, 0}, 4, "SG_RPC_OK"},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        start(0);
        step(SG_TIMED_OUT);
        peer_answer(0, table[i].bytes, table[i].length);
        step(SG_OK);
        assert_int_equal(done_count[0], i + 1);
        assert_string_equal(sg_result_name(call[0].async.result), table[i].expected);
    }
}

static void answer_all_at_once(void)
{
    while (peer_open() != 0)
        peer_answer(0, reply, sizeof reply);
}

static void a_batch_is_one_entry(void **state)
{
    struct sg_batch batch = {0};

    (void)state;
    for (uint32_t i = 0; i < CALLS; i++) {
        call[i].async.batch = &batch;
        start(i);
    }
    fake_kernel.wait = answer_all_at_once;
    assert_int_equal(sg_batch_collect(&batch, &loop, SG_FOREVER), SG_OK);
    assert_int_equal(fake_kernel.enter_count, 1);
    assert_int_equal(fake_kernel.wait_count, CALLS);
    expect_all("SG_RPC_OK");
    assert_int_equal(sg_batch_collect(&batch, &loop, SG_FOREVER), SG_OK);
    assert_int_equal(fake_kernel.enter_count, 1);
}

static void a_batch_may_be_given_up(void **state)
{
    struct sg_batch batch = {0};

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        call[i].async.batch = &batch;
        start(i);
    }
    start(3);
    assert_int_equal(sg_batch_collect(&batch, &loop, 700), SG_TIMED_OUT);
    assert_int_equal(fake_kernel.deadline_ns, 700);
    assert_int_equal(fake_kernel.wait_count, 1);
    peer_answer(3, reply, sizeof reply);
    for (uint32_t i = 0; i < 3; i++)
        sg_async_cancel(&call[i].async);
    assert_int_equal(sg_batch_collect(&batch, &loop, 700), SG_OK);
    assert_int_equal(done_count[3], 1);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(done_count[i], 1);
}

static struct signet_sample_v1_Sample_Add_async chain;
static uint32_t chained;

static void again(struct signet_sample_v1_Sample_Add_async *ended)
{
    assert_true(sg_succeeded(ended->async.result));
    if (++chained < 5)
        assert_int_equal(signet_sample_v1_Sample_Add_start(&loop, SERVICE, &request, ended), SG_OK);
}

static void a_callback_may_start_it_again(void **state)
{
    (void)state;
    chained = 0;
    chain = (struct signet_sample_v1_Sample_Add_async){.done = again};
    assert_int_equal(signet_sample_v1_Sample_Add_start(&loop, SERVICE, &request, &chain), SG_OK);
    fake_kernel.wait = answer_all_at_once;
    for (uint32_t i = 0; i < 5; i++)
        step(SG_OK);
    assert_int_equal(chained, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_are_in_flight_and_answered_in_any_order, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_call_in_flight_is_not_started_again, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_dead_server_ends_them_all, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(cancelled_ones_end_once, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(what_the_kernel_never_saw_is_withdrawn, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(deadlines_end_calls_and_are_told, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_full_ring_refuses_and_loses_nothing, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_full_arena_refuses, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(wrong_replies_are_no_replies, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_batch_is_one_entry, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_batch_may_be_given_up, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_callback_may_start_it_again, setup, nothing_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
