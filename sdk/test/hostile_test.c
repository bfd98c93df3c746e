/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that are no messages, into generated dispatch: each is answered, none reaches a handler,
   and what does reach one is within every bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_peer.h"
#include "rpc/wire.h"
#include "sample/v1/sample.rpc.h"

#define ROUNDS 60000u
#define DRAW 5u

static uint32_t handled;
static uint8_t reply[SG_MESSAGE_MAX];

enum sg_rpc_status signet_sample_v1_Sample_Add_handle(void *self, struct sg_call *call,
                                                      const signet_sample_v1_AddRequest *request,
                                                      signet_sample_v1_AddReply *out)
{
    (void)self;
    (void)call;
    out->sum = (uint64_t)request->a + request->b;
    handled++;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Draw_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_DrawRequest *request,
                                                       signet_sample_v1_DrawReply *out)
{
    (void)self;
    (void)call;
    (void)out;
    assert_true(memchr(request->name, 0, sizeof request->name) != NULL);
    assert_in_range(request->points_count, 0, 16);
    if (request->which_fill == signet_sample_v1_DrawRequest_pattern_tag)
        assert_in_range(request->fill.pattern.size, 0, sizeof request->fill.pattern.bytes);
    handled++;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Last_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_Nothing *request,
                                                       signet_sample_v1_Nothing *out)
{
    (void)self;
    (void)call;
    (void)request;
    (void)out;
    handled++;
    return SG_RPC_OK;
}

static int setup(void **state)
{
    (void)state;
    fake_begin(0);
    peer_begin();
    handled = 0;
    return 0;
}

/* Dispatches bytes that lie in memory of their own, so that a byte too far is found; the answer. */
static uint32_t dispatch(uint16_t method, const uint8_t *bytes, uint32_t length)
{
    uint8_t *request = malloc(length != 0 ? length : 1);
    struct sg_call call = {.method = method,
                           .request = request,
                           .request_length = length,
                           .reply = reply,
                           .reply_capacity = signet_sample_v1_Sample_interface.reply_bytes_max};
    uint32_t status;

    assert_non_null(request);
    if (length != 0)
        memcpy(request, bytes, length);
    (void)signet_sample_v1_Sample_interface.dispatch(NULL, &call);
    free(request);
    assert_in_range(call.reply_length, 4, call.reply_capacity);
    memcpy(&status, reply, sizeof status);
    return status;
}

/* Answered with that status, and handled only if it is SG_RPC_OK. */
static void expect_answer(uint16_t method, const uint8_t *bytes, uint32_t length, uint32_t expected)
{
    uint32_t before = handled;

    assert_int_equal(dispatch(method, bytes, length), expected);
    assert_int_equal(handled - before, expected == SG_RPC_OK);
}

/* name "abc", two points, width 9, pattern of 3 bytes, colour 7, and a field of a newer minor. */
static const uint8_t whole[] = {0x0a, 3,    'a',  'b',  'c',  0x12, 4, 0x08, 2,  0x10,
                                5,    0x12, 2,    0x08, 8,    0x20, 9, 0x2a, 3,  1,
                                2,    3,    0x18, 7,    0xa2, 6,    2, 'h',  'i'};

static void a_truncated_message_is_answered(void **state)
{
    /* Where a field ends, a shorter message is a whole one too. */
    static const uint8_t ends[] = {0, 5, 11, 15, 17, 22, 24, 29};

    (void)state;
    for (uint32_t length = 0; length <= sizeof whole; length++) {
        uint32_t expected = memchr(ends, (int)length, sizeof ends) ? SG_RPC_OK : SG_RPC_BAD_MESSAGE;

        expect_answer(DRAW, whole, length, expected);
    }
}

static void wrong_wire_types_are_answered(void **state)
{
    static const uint8_t length_of[] = {[0] = 1, [1] = 8, [2] = 1, [5] = 4};
    static const uint8_t right_type[] = {[1] = 2, [2] = 2, [3] = 0, [4] = 0, [5] = 2, [6] = 0};

    (void)state;
    for (uint8_t field = 1; field <= 6; field++) {
        for (uint8_t wire = 0; wire <= 5; wire++) {
            uint8_t bytes[9] = {(uint8_t)(field << 3 | wire)};
            uint32_t length = wire < sizeof length_of ? length_of[wire] : 1;

            if (wire == right_type[field])
                continue;
            expect_answer(DRAW, bytes, 1 + length, SG_RPC_BAD_MESSAGE);
        }
    }
}

static void too_much_is_answered(void **state)
{
    uint8_t bytes[256];

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    bytes[0] = 0x0a;
    bytes[1] = 31;
    expect_answer(DRAW, bytes, 33, SG_RPC_OK);
    bytes[1] = 32;
    expect_answer(DRAW, bytes, 34, SG_RPC_BAD_MESSAGE);
    bytes[0] = 0x2a;
    bytes[1] = 100;
    expect_answer(DRAW, bytes, 102, SG_RPC_OK);
    bytes[1] = 101;
    expect_answer(DRAW, bytes, 103, SG_RPC_BAD_MESSAGE);
    for (uint32_t i = 0; i < 17; i++)
        memcpy(bytes + 2 * i, "\x12", 2);
    expect_answer(DRAW, bytes, 32, SG_RPC_OK);
    expect_answer(DRAW, bytes, 34, SG_RPC_BAD_MESSAGE);
}

static void lengths_that_lie_are_answered(void **state)
{
    static const uint8_t huge[] = {0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 'x'};
    static const uint8_t wide[] = {0x18, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0x7f};
    static const uint8_t inside[] = {0x12, 3, 0x08, 0x80, 0x80, 1};
    static const uint8_t no_field[] = {0x00, 1};
    static const uint8_t group[] = {0x0b, 0x0c};

    (void)state;
    expect_answer(DRAW, huge, sizeof huge, SG_RPC_BAD_MESSAGE);
    expect_answer(DRAW, wide, sizeof wide, SG_RPC_BAD_MESSAGE);
    expect_answer(DRAW, inside, sizeof inside, SG_RPC_BAD_MESSAGE);
    expect_answer(DRAW, no_field, sizeof no_field, SG_RPC_BAD_MESSAGE);
    expect_answer(DRAW, group, sizeof group, SG_RPC_BAD_MESSAGE);
}

static void methods_that_are_not_there_are_answered(void **state)
{
    (void)state;
    for (uint16_t method = 0; method < 55; method++)
        if (method != 0 && method != DRAW && method != 54)
            expect_answer(method, whole, sizeof whole, SG_RPC_UNIMPLEMENTED);
    expect_answer(UINT16_MAX, whole, sizeof whole, SG_RPC_UNIMPLEMENTED);
}

static void a_header_that_is_cut_is_none(void **state)
{
    static const uint8_t whole_header[] = {0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8};

    (void)state;
    for (uint32_t length = 0; length <= sizeof whole_header; length++) {
        uint8_t *bytes = malloc(length != 0 ? length : 1);
        uint64_t deadline_ns;

        assert_non_null(bytes);
        memcpy(bytes, whole_header, length);
        assert_int_equal(header_read(bytes, length, &deadline_ns),
                         length == sizeof whole_header ? sizeof whole_header : 0);
        assert_int_equal(deadline_ns,
                         length == sizeof whole_header ? 0x0807060504030201 : SG_FOREVER);
        free(bytes);
    }
}

static uint64_t seed = 11;

static uint32_t pick(uint32_t bound)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % bound;
}

static void damage_is_answered(void **state)
{
    static const uint16_t methods[] = {0, DRAW, 54, SG_METHOD_DESCRIBE};
    uint32_t refused = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint8_t bytes[sizeof whole];
        uint32_t length = pick(sizeof whole + 1), before = handled;
        uint16_t method = methods[pick(4)];

        memcpy(bytes, whole, sizeof whole);
        for (uint32_t i = pick(6); i > 0; i--)
            bytes[pick(sizeof whole)] = (uint8_t)pick(256);
        uint32_t status = dispatch(method, bytes, length);
        assert_in_range(status, SG_RPC_OK, SG_RPC_BAD_MESSAGE);
        if (method != SG_METHOD_DESCRIBE)
            assert_int_equal(handled - before, status == SG_RPC_OK);
        refused += status == SG_RPC_BAD_MESSAGE;
    }
    assert_in_range(refused, ROUNDS / 10, ROUNDS);
    assert_in_range(handled, ROUNDS / 20, ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_truncated_message_is_answered, setup),
        cmocka_unit_test_setup(wrong_wire_types_are_answered, setup),
        cmocka_unit_test_setup(too_much_is_answered, setup),
        cmocka_unit_test_setup(lengths_that_lie_are_answered, setup),
        cmocka_unit_test_setup(methods_that_are_not_there_are_answered, setup),
        cmocka_unit_test_setup(a_header_that_is_cut_is_none, setup),
        cmocka_unit_test_setup(damage_is_answered, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
