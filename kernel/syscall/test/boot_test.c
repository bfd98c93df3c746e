/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as init finds it, and the first call between two processes. */
#include "kernel_test.h"

static void boots_init(void **state)
{
    (void)state;
    expect_equal(fixture.info->magic, SG_BOOTINFO_MAGIC);
    expect_equal(fixture.info->abi_major, SG_ABI_MAJOR);
    expect_equal(fixture.info->module_count, 2);
    assert_string_equal(fixture.info->module[0].name, "init");
    assert_string_equal(fixture.info->module[1].name, "manifest");
    expect_equal(fixture.info->module[1].size_bytes, 13);
    expect_equal(fixture.info->cpu_count, 1);
    expect_equal(fixture.info->memory_mib, (FIXTURE_FRAMES - 256) / 256);
}

static void calls_and_replies(void **state)
{
    uint64_t endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct process server = fixture_process(0);
    struct process client = fixture_process(0);
    uint64_t at_server = fixture_give(&server, endpoint, SG_RIGHTS_ALL);
    uint64_t minted;

    (void)state;
    expect_equal(OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &minted, 42, SG_RIGHTS_ALL),
                 SG_OK);
    uint64_t at_client = fixture_give(&client, minted, SG_RIGHTS_ALL);
    expect_equal(user_invoke(server.tcb, &(struct operation){.opcode = SG_OP_RECV,
                                                             .handle = at_server,
                                                             .deadline_ns = SG_FOREVER}),
                 USER_PENDING);
    expect_equal(user_invoke(client.tcb, &(struct operation){.opcode = SG_OP_CALL,
                                                             .method = 7,
                                                             .length = 64,
                                                             .handle = at_client,
                                                             .deadline_ns = SG_FOREVER,
                                                             .word = {1, 2, 3, 4, 5, 6, 7, 8}}),
                 USER_PENDING);
    struct result call = user_result(server.tcb);
    expect_equal(call.status, 64);
    expect_equal(call.method, 7);
    expect_equal(call.value, 42);
    expect_equal(call.word[7], 8);
    assert_ptr_equal(cpus[0].current, server.tcb);
    expect_equal(user_invoke(server.tcb, &(struct operation){.opcode = SG_OP_REPLY,
                                                             .method = 9,
                                                             .length = 8,
                                                             .token = call.token,
                                                             .word = {77}}),
                 SG_OK);
    struct result answer = user_result(client.tcb);
    expect_equal(answer.status, 8);
    expect_equal(answer.method, 9);
    expect_equal(answer.word[0], 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {KERNEL_TEST(boots_init), KERNEL_TEST(calls_and_replies)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
