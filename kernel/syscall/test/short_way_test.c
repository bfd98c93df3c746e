/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way of calls and replies, by registers and by arena on either side: the same outcome as the
   long way's, without a scheduler or a queue. */
#include "ipc.h"

#include "object/endpoint.h"

/* A conversation by registers or invokes with arenas goes the short way, with one switch there and one
   back and the server as the endpoint's own; each finds its message where it wants it. */
static void converse(struct talk *talk, const struct endpoint *endpoint)
{
    assert_ptr_equal(endpoint->server, talk->server.thread);
    user_run(talk->client.thread);
    uint32_t switches = host.switches;
    (void)side_call(&talk->client, 1, "12345678", 8);
    expect_equal(host.switches, switches + 1);
    assert_ptr_equal(endpoint->server, talk->server.thread);
    assert_false(endpoint->server->op.flags & OP_SERVER);
    struct received call = side_result(&talk->server);
    expect_equal(call.result, 8);
    expect_equal(call.method, 1);
    expect_equal(call.badge, 42);
    assert_memory_equal(call.bytes, "12345678", 8);
    expect_equal(call.flags, talk->server.way == BY_REGISTERS ? SG_COMPLETE_REGISTERS : 0);
    (void)side_reply_and_receive(&talk->server, call.token, "answer", 6);
    expect_equal(host.switches, switches + 2);
    assert_ptr_equal(cpus[0].current, talk->client.thread);
    struct received answer = side_result(&talk->client);
    expect_equal(answer.result, 6);
    assert_memory_equal(answer.bytes, "answer", 6);
    expect_equal(answer.flags, talk->client.way == BY_REGISTERS ? SG_COMPLETE_REGISTERS : 0);
}

static void goes_the_short_way(void **state)
{
    struct talk talk;

    (void)state;
    for (uint32_t way = 0; way < BY_RING * BY_RING; way++) {
        talk_start(&talk);
        talk.server.way = way / BY_RING;
        (void)side_receive(&talk.server);
        for (uint32_t i = 0; i < 3; i++) {
            talk.client.way = (way + i) % BY_RING;
            converse(&talk, endpoint_at(fixture_object(fixture.init, talk.endpoint)));
        }
    }
}

/* A call that came the long way is answered on the short one where its caller wants the answer. */
static void answers_what_came_the_long_way(void **state)
{
    struct talk talk;

    (void)state;
    for (uint32_t way = 0; way < BY_RING * BY_RING; way++) {
        talk_start(&talk);
        talk.client.way = way % BY_RING;
        talk.server.way = way / BY_RING;
        (void)side_receive(&talk.server);
        user_run(talk.client.thread);
        talk.client.thread->short_slot_count = 0; /* as if its CPU had to look at it first */
        (void)side_call(&talk.client, 1, "12345678", 8);
        uint32_t token = side_result(&talk.server).token;
        (void)side_reply_and_receive(&talk.server, token, "answer", 6);
        struct received answer = side_result(&talk.client);
        expect_equal(answer.result, 6);
        assert_memory_equal(answer.bytes, "answer", 6);
        expect_equal(answer.flags, talk.client.way == BY_REGISTERS ? SG_COMPLETE_REGISTERS : 0);
    }
}

/* Who went the long way, as its CPU had to look first, and waits, takes the short way the next time: it is
   not switched to in between. */
static void returns_to_the_short_way(void **state)
{
    struct talk talk;

    (void)state;
    for (uint32_t way = 0; way < BY_RING; way++) {
        talk_start(&talk);
        talk.server.way = way;
        (void)side_receive(&talk.server);
        user_run(talk.client.thread);
        talk.client.thread->short_slot_count = 0;
        (void)side_call(&talk.client, 1, "12345678", 8);
        assert_int_not_equal(talk.client.thread->short_slot_count, 0);
        talk.server.thread->short_slot_count = 0;
        (void)side_reply_and_receive(&talk.server, side_result(&talk.server).token, "answer", 6);
        expect_equal(side_result(&talk.client).result, 6);
        assert_int_not_equal(talk.server.thread->short_slot_count, 0);
        converse(&talk, endpoint_at(fixture_object(fixture.init, talk.endpoint)));
    }
}

/* What does not fit where the other side receives is refused on the short way as on the long one, and
   both can go on. */
static void refuses_on_the_short_way(void **state)
{
    static const uint8_t bytes[17];
    struct received answer;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.client.way = BY_ARENA;
    talk.server.way = BY_ARENA;
    talk.server.receive_length = 16;
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, bytes, 17);
    expect_equal(side_result(&talk.client).result, SG_TOO_BIG);
    talk.client.receive_length = 4;
    (void)side_call(&talk.client, 1, bytes, 16);
    uint32_t token = side_result(&talk.server).token;
    (void)side_reply_and_receive(&talk.server, token, bytes, 5);
    expect_equal(side_result(&talk.server).result, SG_TOO_BIG);
    assert_false(side_ended(&talk.client, &answer));
    (void)side_reply_and_receive(&talk.server, token, bytes, 4);
    expect_equal(side_result(&talk.client).result, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(goes_the_short_way),
        KERNEL_TEST(answers_what_came_the_long_way),
        KERNEL_TEST(returns_to_the_short_way),
        KERNEL_TEST(refuses_on_the_short_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
