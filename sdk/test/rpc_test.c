/* SPDX-License-Identifier: BSD-2-Clause */
/* Generated client and generated dispatch, joined by a kernel that hands one call over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "sample_server.h"

#define SERVICE ((struct sg_handle){5, 1})

static struct sample_server server;
static struct sg_registers seen; /* the call as the client made it */
static int32_t forced_result;    /* transport failure, or a reply of this length */
static uint8_t forced_reply[64];

static struct sg_message message_of(const struct sg_registers *registers)
{
    struct sg_message message;

    memcpy(&message, registers->word, sizeof message);
    return message;
}

static void deliver(struct sg_registers *registers)
{
    static uint8_t reply[SG_MESSAGE_MAX];
    uint32_t flags = registers->operation >> 8 & 0xff;
    struct sg_message message = message_of(registers);
    int in_arena = (flags & SG_SUBMIT_ARENA) != 0;
    uint8_t *arena = sg_own_ring()->arena;
    struct sg_call call = {
        .badge = 9,
        .token = 1,
        .method = (uint8_t)(registers->operation >> 16),
        .request = in_arena ? arena + message.send_offset : (uint8_t *)registers->word,
        .request_length = in_arena ? message.send_length : registers->operation >> 24,
        .reply = reply,
        .reply_capacity = signet_sample_v1_Sample_interface.reply_bytes_max,
    };

    seen = *registers;
    assert_int_equal(registers->operation & 0xff, SG_OP_CALL);
    assert_int_equal(registers->handle, sg_handle_word(SERVICE));
    int32_t length = forced_result;
    if (forced_result == 0) {
        (void)signet_sample_v1_Sample_interface.dispatch(&server, &call);
        length = (int32_t)call.reply_length;
    } else {
        memcpy(reply, forced_reply, sizeof forced_reply);
    }
    uint32_t room = in_arena ? message.receive_length : SG_REGISTER_BYTES;
    if (length > (int32_t)room)
        length = SG_TOO_BIG;
    if (length > 0)
        memcpy(in_arena ? arena + message.receive_offset : (uint8_t *)registers->word, reply,
               (size_t)length);
    sg_registers_return(registers, length, in_arena ? 0 : SG_COMPLETE_REGISTERS, 0);
}

static int setup(void **state)
{
    (void)state;
    fake_begin(0);
    fake_kernel.invoke = deliver;
    server = (struct sample_server){.status = SG_RPC_OK};
    forced_result = 0;
    memset(forced_reply, 0, sizeof forced_reply);
    return 0;
}

static int arena_is_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        assert_int_equal(sg_own_ring()->used[i], 0);
    return 0;
}

static struct sg_result add(signet_sample_v1_AddReply *reply)
{
    signet_sample_v1_AddRequest request = {.a = UINT32_MAX, .b = 2};

    return signet_sample_v1_Sample_Add(SERVICE, &request, reply);
}

static void expect_end(struct sg_result result, const char *expected)
{
    assert_string_equal(sg_result_name(result), expected);
}

static void small_messages_go_by_registers(void **state)
{
    signet_sample_v1_AddReply reply;

    (void)state;
    expect_end(add(&reply), "SG_RPC_OK");
    assert_int_equal(reply.sum, UINT64_C(0x100000001));
    assert_int_equal(seen.operation >> 8 & 0xff, 0);
    assert_int_equal(seen.operation >> 24, 8);
    assert_int_equal(seen.deadline_ns, SG_FOREVER);
    assert_int_equal(server.last.badge, 9);
}

static void empty_messages_travel(void **state)
{
    signet_sample_v1_Nothing nothing = {0};

    (void)state;
    expect_end(signet_sample_v1_Sample_Last(SERVICE, &nothing, &nothing), "SG_RPC_OK");
    assert_int_equal(seen.operation >> 16 & 0xffff, 54);
    assert_int_equal(seen.operation >> 24, 0);
}

static void draw(int32_t picture_bytes, signet_sample_v1_DrawReply *reply, const char *expected)
{
    signet_sample_v1_DrawRequest request = {.name = "x", .points_count = 2};

    request.points[0] = (signet_sample_v1_Point){.x = 3, .y = picture_bytes};
    request.points[1] = (signet_sample_v1_Point){.x = 4, .y = 0};
    request.has_width = true;
    request.which_fill = signet_sample_v1_DrawRequest_pattern_tag;
    request.fill.pattern.size = 100;
    expect_end(signet_sample_v1_Sample_Draw(SERVICE, &request, reply), expected);
}

static void large_messages_go_by_the_arena(void **state)
{
    signet_sample_v1_DrawReply reply;

    (void)state;
    draw(600, &reply, "SG_RPC_OK");
    assert_int_equal(seen.operation >> 8 & 0xff, SG_SUBMIT_ARENA);
    assert_int_equal(reply.lengths_count, 2);
    assert_int_equal(reply.lengths[1], 4);
    assert_int_equal(reply.picture.size, 600);
    assert_int_equal(reply.picture.bytes[599], 'x');
    struct sg_message message = message_of(&seen);
    assert_int_equal(message.receive_length, signet_sample_v1_DrawReply_size + 4);
    assert_true(message.send_length <= signet_sample_v1_DrawRequest_size);
}

static void timeouts_count_from_now(void **state)
{
    signet_sample_v1_AddRequest request = {0};
    signet_sample_v1_AddReply reply;

    (void)state;
    expect_end(signet_sample_v1_Sample_Add_within(SERVICE, 500, &request, &reply), "SG_RPC_OK");
    assert_int_equal(seen.deadline_ns, 500);
    assert_int_equal(seen.operation >> 8 & 0xff, SG_CALL_RELATIVE);
}

static void three_layers_of_errors_do_not_mix(void **state)
{
    signet_sample_v1_AddReply reply = {.sum = 77};

    (void)state;
    server.status = SG_RPC_INTERNAL;
    assert_int_equal(add(&reply).transport, SG_OK);
    expect_end(add(&reply), "SG_RPC_INTERNAL");
    server.status = (enum sg_rpc_status) - 5;
    expect_end(add(&reply), "SG_RPC_INTERNAL");
    server.status = (enum sg_rpc_status)99;
    assert_int_equal(add(&reply).rpc, 99);
    expect_end(add(&reply), "SG_RPC_UNKNOWN");
    forced_result = SG_PEER_GONE;
    assert_int_equal(add(&reply).rpc, SG_RPC_OK);
    expect_end(add(&reply), "SG_PEER_GONE");
    assert_int_equal(reply.sum, 77);
}

static void distrusts_replies(void **state)
{
    signet_sample_v1_AddReply reply;
    const uint8_t truncated[] = {0, 0, 0, 0, 0x08};
    const uint8_t negative[] = {0xff, 0xff, 0xff, 0xff};

    (void)state;
    forced_result = 3;
    expect_end(add(&reply), "SG_RPC_BAD_MESSAGE");
    forced_result = sizeof truncated;
    memcpy(forced_reply, truncated, sizeof truncated);
    expect_end(add(&reply), "SG_RPC_BAD_MESSAGE");
    forced_result = sizeof negative;
    memcpy(forced_reply, negative, sizeof negative);
    expect_end(add(&reply), "SG_RPC_BAD_MESSAGE");
}

static struct sg_result raw(uint16_t number, const void *bytes, uint32_t length, uint32_t capacity)
{
    static uint8_t reply_bytes[SG_MESSAGE_MAX];
    const struct sg_rpc_method method = sg_rpc_raw_method(number, length, capacity);
    const struct sg_rpc_bytes request = {(void *)(uintptr_t)bytes, length};
    struct sg_rpc_bytes reply = {.data = reply_bytes};

    return sg_rpc_within(SERVICE, &method, SG_FOREVER, &request, &reply);
}

static void distrusts_requests(void **state)
{
    (void)state;
    expect_end(raw(0, "\x08", 1, 60), "SG_RPC_BAD_MESSAGE");
    expect_end(raw(5, "\x0a\x7f", 2, 700), "SG_RPC_BAD_MESSAGE");
    expect_end(raw(1, NULL, 0, 60), "SG_RPC_UNIMPLEMENTED");
    expect_end(raw(55, "\x00", 1, 60), "SG_RPC_BAD_MESSAGE");
    assert_int_equal(server.call_count, 0);
    expect_end(raw(0, NULL, SG_MESSAGE_MAX + 1, 60), "SG_TOO_BIG");
    expect_end(raw(0, NULL, 0, SG_MESSAGE_MAX), "SG_TOO_BIG");
}

static void small_buffers_refuse_large_replies(void **state)
{
    const uint8_t request[] = {0x0a, 1, 'x', 0x12, 3, 0x10, 0x90, 3}; /* name x, a point of y 200 */

    (void)state;
    expect_end(raw(5, request, sizeof request, 300), "SG_RPC_OK");
    expect_end(raw(5, request, sizeof request, 100), "SG_TOO_BIG");
    expect_end(raw(5, request, sizeof request, 60), "SG_TOO_BIG");
}

static void describes_itself(void **state)
{
    const struct sg_interface *interface = &signet_sample_v1_Sample_interface;
    uint8_t bytes[4096];
    uint32_t length = 0;

    (void)state;
    expect_end(sg_rpc_describe(SERVICE, bytes, sizeof bytes, &length), "SG_RPC_OK");
    assert_int_equal(length, interface->descriptor_length);
    assert_memory_equal(bytes, interface->descriptor, length);
    expect_end(sg_rpc_describe(SERVICE, bytes, 10, &length), "SG_TOO_BIG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(small_messages_go_by_registers, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(empty_messages_travel, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(large_messages_go_by_the_arena, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(timeouts_count_from_now, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(three_layers_of_errors_do_not_mix, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(distrusts_replies, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(distrusts_requests, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(small_buffers_refuse_large_replies, setup, arena_is_free),
        cmocka_unit_test_setup_teardown(describes_itself, setup, arena_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
