/* SPDX-License-Identifier: BSD-2-Clause */
/* Call, receive and reply between every two ways of doing each, whoever comes first, and the bounds
   of messages. */
#include "ipc.h"

static uint8_t pattern[SG_MESSAGE_MAX];

static void fill_pattern(uint8_t seed)
{
    for (uint32_t i = 0; i < sizeof(pattern); i++)
        pattern[i] = (uint8_t)(seed + i * 7);
}

/* One whole call of a length; the server replies with the bytes in reverse order. */
static void exchange(struct talk *talk, bool caller_first, uint32_t length)
{
    uint8_t reversed[SG_MESSAGE_MAX];

    fill_pattern((uint8_t)length);
    for (uint32_t i = 0; i < length; i++)
        reversed[i] = pattern[length - 1 - i];
    if (!caller_first)
        (void)side_receive(&talk->server);
    (void)side_call(&talk->client, 5, pattern, length);
    if (caller_first)
        (void)side_receive(&talk->server);
    struct received call = side_result(&talk->server);
    expect_equal(call.result, length);
    expect_equal(call.method, 5);
    expect_equal(call.badge, 42);
    assert_memory_equal(call.bytes, pattern, length);
    (void)side_reply(&talk->server, call.token, 6, reversed, length);
    expect_equal(side_result(&talk->server).result, SG_OK);
    struct received answer = side_result(&talk->client);
    expect_equal(answer.result, length);
    expect_equal(answer.method, 6);
    assert_memory_equal(answer.bytes, reversed, length);
}

static void exchanges_by_every_way(void **state)
{
    static const uint32_t lengths[] = {0, 1, 8, 63, 64, 65, 1000, SG_MESSAGE_MAX};
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < 2 * WAY_COUNT * WAY_COUNT; i++) {
        talk.client.way = i / 2 % WAY_COUNT;
        talk.server.way = i / 2 / WAY_COUNT;
        bool has_registers = talk.client.way == BY_REGISTERS || talk.server.way == BY_REGISTERS;

        for (uint32_t n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++)
            if (lengths[n] <= (has_registers ? SG_REGISTER_BYTES : SG_MESSAGE_MAX))
                exchange(&talk, i % 2, lengths[n]);
    }
}

/* A server may receive one way and reply another. */
static void replies_another_way(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < WAY_COUNT * WAY_COUNT * WAY_COUNT; i++) {
        talk.client.way = i % WAY_COUNT;
        talk.server.way = i / WAY_COUNT % WAY_COUNT;
        (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 0, "question", 8);
        struct received call = side_result(&talk.server);
        expect_equal(call.result, 8);
        talk.server.way = i / WAY_COUNT / WAY_COUNT;
        (void)side_reply(&talk.server, call.token, 0, "answered", 8);
        expect_equal(side_result(&talk.server).result, SG_OK);
        struct received answer = side_result(&talk.client);
        expect_equal(answer.result, 8);
        assert_memory_equal(answer.bytes, "answered", 8);
    }
}

/* A loop of reply-and-receive with one caller, every way. */
static void replies_and_receives(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < WAY_COUNT * WAY_COUNT; i++) {
        talk.client.way = i % WAY_COUNT;
        talk.server.way = i / WAY_COUNT;
        (void)side_receive(&talk.server);
        for (uint32_t n = 0; n < 5; n++) {
            (void)side_call(&talk.client, (uint16_t)n, "abcdefgh", 8);
            struct received call = side_result(&talk.server);
            expect_equal(call.method, n);
            (void)side_reply_and_receive(&talk.server, call.token, "ijklmnop", 8);
            struct received answer = side_result(&talk.client);
            expect_equal(answer.result, 8);
            assert_memory_equal(answer.bytes, "ijklmnop", 8);
            expect_equal(answer.flags, talk.client.way == BY_REGISTERS ? SG_COMPLETE_REGISTERS : 0);
        }
        (void)side_call(&talk.client, 0, "abcdefgh", 8);
        (void)side_reply(&talk.server, side_result(&talk.server).token, 0, "", 0);
        expect_equal(side_result(&talk.client).result, 0);
        expect_equal(side_result(&talk.server).result, SG_OK);
    }
}

/* Many callers queue in order while the server is away; each gets its own answer. */
static void serves_queued_callers_in_order(void **state)
{
    struct side client[4];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t way = 0; way < WAY_COUNT; way++) {
        talk.server.way = way;
        for (uint32_t i = 0; i < 4; i++) {
            uint64_t number = i;

            if (way == 0)
                talk_client(&talk, 100 + i, &client[i]);
            client[i].way = i % WAY_COUNT;
            (void)side_call(&client[i], 1, &number, 8);
        }
        (void)side_receive(&talk.server);
        for (uint32_t i = 0; i < 4; i++) {
            struct received call = side_result(&talk.server);
            uint64_t number = i * 10;

            expect_equal(call.badge, 100 + i);
            expect_equal(call.bytes[0], i);
            if (i < 3)
                (void)side_reply_and_receive(&talk.server, call.token, &number, 8);
            else
                (void)side_reply(&talk.server, call.token, 0, &number, 8);
        }
        for (uint32_t i = 0; i < 4; i++)
            expect_equal(side_result(&client[i]).bytes[0], i * 10);
    }
}

static void refuses_messages_too_big(void **state)
{
    static const uint8_t zeros[SG_MESSAGE_MAX];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    /* A register message of 65 bytes is none. */
    expect_equal(side_call(&talk.client, 1, zeros, SG_REGISTER_BYTES + 1), SG_TOO_BIG);
    /* A waiting receiver with too little room goes on waiting. */
    talk.server.way = BY_RING;
    talk.server.receive_length = 100;
    (void)side_receive(&talk.server);
    talk.client.way = BY_ARENA;
    expect_equal(side_call(&talk.client, 1, zeros, 101), SG_TOO_BIG);
    (void)side_call(&talk.client, 1, zeros, 100);
    struct received call = side_result(&talk.server);
    expect_equal(call.result, 100);
    /* A reply the caller has no room for leaves the call open. */
    talk.client.receive_length = 4;
    (void)side_reply(&talk.server, call.token, 0, zeros, 1);
    expect_equal(side_result(&talk.client).result, 1);
    talk.client.receive_length = 4;
    (void)side_call(&talk.client, 1, zeros, 1);
    talk.server.receive_length = 100;
    (void)side_receive(&talk.server);
    call = side_result(&talk.server);
    (void)side_reply(&talk.server, call.token, 0, zeros, 5);
    expect_equal(side_result(&talk.server).result, SG_TOO_BIG);
    (void)side_reply(&talk.server, call.token, 0, zeros, 4);
    expect_equal(side_result(&talk.server).result, SG_OK);
    expect_equal(side_result(&talk.client).result, 4);
}

/* A queued call that does not fit fails when it is its turn; the next one is received. */
static void passes_by_what_does_not_fit(void **state)
{
    static const uint8_t zeros[SG_MESSAGE_MAX];
    struct side other;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_client(&talk, 43, &other);
    talk.client.way = BY_ARENA;
    (void)side_call(&talk.client, 1, zeros, 65);
    (void)side_call(&other, 2, zeros, 64);
    (void)side_receive(&talk.server);
    expect_equal(side_result(&talk.client).result, SG_TOO_BIG);
    expect_equal(side_result(&talk.server).badge, 43);
}

static void checks_messages_against_the_arena(void **state)
{
    struct talk talk;
    uint32_t size;

    (void)state;
    talk_start(&talk);
    size = talk.client.thread->ring->arena_size;
    const struct {
        struct sg_message message;
        int status;
    } cases[] = {
        {{.send_offset = size, .send_length = 1}, SG_BAD_ARGUMENT},
        {{.send_offset = UINT32_MAX, .send_length = 2}, SG_BAD_ARGUMENT},
        {{.send_length = SG_MESSAGE_MAX + 1}, SG_TOO_BIG},
        {{.receive_offset = size - 7, .receive_length = 8}, SG_BAD_ARGUMENT},
        {{.receive_length = UINT32_MAX}, SG_TOO_BIG},
        {{.caps_offset = 4, .caps_count = 1}, SG_BAD_ARGUMENT},
        {{.caps_offset = size / 8 * 8 - 16, .caps_count = 1}, SG_BAD_ARGUMENT},
        {{.caps_count = SG_MESSAGE_CAPS_MAX + 1}, SG_TOO_BIG},
        {{.receive_caps_offset = 4}, SG_BAD_ARGUMENT},
        {{.receive_caps_offset = size / 8 * 8, .receive_caps_count = 1}, SG_BAD_ARGUMENT},
        {{.receive_caps_count = SG_MESSAGE_CAPS_MAX + 1}, SG_TOO_BIG},
        {{.reserved = 1}, SG_BAD_ARGUMENT},
    };
    for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct operation operation = {.opcode = SG_OP_CALL,
                                      .flags = SG_SUBMIT_ARENA,
                                      .handle = talk.client.handle,
                                      .deadline_ns = SG_FOREVER};

        memcpy(operation.word, &cases[i].message, sizeof(cases[i].message));
        expect_equal(user_invoke(talk.client.thread, &operation), cases[i].status);
        operation.opcode = SG_OP_RECV;
        operation.handle = talk.server.handle;
        expect_equal(user_invoke(talk.server.thread, &operation), cases[i].status);
    }
}

/* Nothing of the server's memory past the length reaches the client, and no stale register. */
static void registers_past_the_length_are_clean(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.client.way = BY_ARENA;
    memset(user_arena(talk.client.thread), 0xee, 64);
    expect_equal(user_invoke(talk.server.thread,
                             &(struct operation){.opcode = SG_OP_RECV,
                                                 .handle = talk.server.handle,
                                                 .deadline_ns = SG_FOREVER,
                                                 .word = {~0, ~0, ~0, ~0, ~0, ~0, ~0, ~0}}),
                 USER_PENDING);
    (void)side_call(&talk.client, 1, "abc", 3);
    struct received call = side_result(&talk.server);
    expect_equal(call.result, 3);
    assert_memory_equal(call.bytes, "abc\0\0\0\0\0", 8);
    for (uint32_t i = 8; i < SG_REGISTER_BYTES; i++)
        expect_equal(call.bytes[i], 0);
}

static void refuses_tokens_that_are_not_its_own(void **state)
{
    struct side other;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_server(&talk, &other);
    for (uint32_t i = 0; i < WAY_COUNT; i++) {
        talk.server.way = i;
        other.way = i;
        (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 1, "", 0);
        uint32_t token = side_result(&talk.server).token;
        uint32_t forged[] = {token + 1, token ^ 0x80000000u, token + 256, UINT32_MAX, 0x7fffffffu};

        for (uint32_t n = 0; n < sizeof(forged) / sizeof(forged[0]); n++) {
            (void)side_reply(&talk.server, forged[n], 0, "", 0);
            expect_equal(side_result(&talk.server).result, SG_BAD_TOKEN);
        }
        (void)side_reply(&other, token, 0, "", 0);
        expect_equal(side_result(&other).result, SG_BAD_TOKEN);
        assert_false(user_returned(talk.client.thread));
        (void)side_reply(&talk.server, token, 0, "", 0);
        expect_equal(side_result(&talk.client).result, 0);
        (void)side_reply(&talk.server, token, 0, "", 0); /* twice */
        expect_equal(side_result(&talk.server).result, SG_BAD_TOKEN);
    }
}

/* A register receiver owes one reply at a time; its ring may hold more. */
static void holds_one_call_by_registers(void **state)
{
    struct side other;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_client(&talk, 43, &other);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint32_t first = side_result(&talk.server).token;
    expect_equal(side_receive(&talk.server), SG_LIMIT);
    talk.server.way = BY_RING;
    (void)side_receive(&talk.server);
    (void)side_call(&other, 1, "", 0);
    struct received second = side_result(&talk.server);
    expect_equal(second.badge, 43);
    (void)side_reply(&talk.server, first, 0, "", 0);
    expect_equal(side_result(&talk.client).result, 0);
    (void)side_reply(&talk.server, second.token, 0, "", 0);
    expect_equal(side_result(&other).result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(exchanges_by_every_way),
        KERNEL_TEST(replies_another_way),
        KERNEL_TEST(replies_and_receives),
        KERNEL_TEST(serves_queued_callers_in_order),
        KERNEL_TEST(refuses_messages_too_big),
        KERNEL_TEST(passes_by_what_does_not_fit),
        KERNEL_TEST(checks_messages_against_the_arena),
        KERNEL_TEST(registers_past_the_length_are_clean),
        KERNEL_TEST(refuses_tokens_that_are_not_its_own),
        KERNEL_TEST(holds_one_call_by_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
