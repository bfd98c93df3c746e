/* SPDX-License-Identifier: BSD-2-Clause */
/* Withdrawing operations by CANCEL and by deadline, in every state they can be in. */
#include "ipc.h"

static int cancel(struct side *side, uint64_t user_data)
{
    return user_invoke(side->thread, &(struct operation){.opcode = SG_OP_CANCEL,
                                                         .deadline_ns = SG_FOREVER,
                                                         .word = {user_data}});
}

static void cancels_a_receive(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.server.way = BY_RING;
    (void)side_receive(&talk.server);
    expect_equal(cancel(&talk.server, talk.server.user_data + 1), SG_NOT_FOUND);
    expect_equal(cancel(&talk.server, talk.server.user_data), SG_OK);
    expect_equal(side_result(&talk.server).result, SG_CANCELLED);
    expect_equal(cancel(&talk.server, talk.server.user_data), SG_NOT_FOUND);
}

static void cancels_a_queued_call(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.client.way = BY_RING;
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(cancel(&talk.client, talk.client.user_data), SG_OK);
    expect_equal(side_result(&talk.client).result, SG_CANCELLED);
    talk.server.deadline_ns = 0;
    expect_equal(side_receive(&talk.server), SG_TIMED_OUT);
}

static void cancels_a_delivered_call(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.client.way = BY_RING;
    for (uint32_t way = 0; way < WAY_COUNT; way++) {
        talk.server.way = way;
        (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 1, "", 0);
        uint32_t token = side_result(&talk.server).token;
        expect_equal(cancel(&talk.client, talk.client.user_data), SG_OK);
        expect_equal(side_result(&talk.client).result, SG_CANCELLED);
        (void)side_reply(&talk.server, token, 0, "", 0);
        expect_equal(side_result(&talk.server).result, SG_PEER_GONE);
        (void)side_reply(&talk.server, token, 0, "", 0);
        expect_equal(side_result(&talk.server).result, SG_BAD_TOKEN);
    }
}

/* A held call is not the server's operation any more: it cannot be cancelled, only answered. */
static void does_not_cancel_a_held_call(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.server.way = BY_RING;
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(cancel(&talk.server, talk.server.user_data), SG_NOT_FOUND);
    (void)side_reply(&talk.server, token, 0, "", 0);
    expect_equal(side_result(&talk.client).result, 0);
}

static void cancels_waits(void **state)
{
    uint64_t notification = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 1, 0, 0);
    struct talk talk;

    (void)state;
    talk_start(&talk);
    struct side *side = &talk.client;
    struct sg_submission wait = user_entry(
        fixture_give(&side->process, notification, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 7);
    expect_equal(user_submit_now(side->thread, &wait), SG_OK);
    struct sg_submission futex =
        user_entry(fixture_give(&side->process, memory, SG_RIGHTS_ALL), 0, 8);
    futex.opcode = SG_OP_WAIT;
    expect_equal(user_submit_now(side->thread, &futex), SG_OK);
    expect_equal(cancel(side, 8), SG_OK);
    expect_equal(user_completion(side->thread, 8).result, SG_CANCELLED);
    expect_equal(cancel(side, 7), SG_OK);
    expect_equal(user_completion(side->thread, 7).result, SG_CANCELLED);
}

/* A ring may cancel in the batch that submits. */
static void cancels_in_the_same_batch(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    struct sg_handle handle = sg_handle_from_word(talk.server.handle);
    struct sg_submission receive = {.opcode = SG_OP_RECV,
                                    .handle_index = handle.index,
                                    .handle_generation = handle.generation,
                                    .user_data = 5};
    struct sg_submission withdraw = {.opcode = SG_OP_CANCEL, .user_data = 6, .argument = {5}};
    user_submit(talk.server.thread, &receive);
    user_submit(talk.server.thread, &withdraw);
    expect_equal(user_enter(talk.server.thread, 2, 2, 0, 0), SG_OK);
    expect_equal(user_completion(talk.server.thread, 5).result, SG_CANCELLED);
    expect_equal(user_completion(talk.server.thread, 6).result, SG_OK);
}

static void polls(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk.server.deadline_ns = 0;
    talk.client.deadline_ns = 0;
    for (uint32_t way = BY_REGISTERS; way <= BY_ARENA; way++) {
        talk.server.way = way;
        talk.client.way = way;
        expect_equal(side_receive(&talk.server), SG_TIMED_OUT);
        expect_equal(side_call(&talk.client, 1, "", 0), SG_TIMED_OUT);
    }
    /* A call that is there is received by a poll. */
    talk.client.deadline_ns = SG_FOREVER;
    (void)side_call(&talk.client, 3, "", 0);
    expect_equal(side_receive(&talk.server), 0);
    expect_equal(side_result(&talk.server).method, 3);
}

static void passes_deadlines(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    user_advance(1000);
    talk.server.deadline_ns = 5000;
    talk.client.deadline_ns = 4000;
    talk.client.way = BY_ARENA;
    expect_equal(side_receive(&talk.server), USER_PENDING);
    user_advance(3999);
    assert_false(user_returned(talk.server.thread));
    user_advance(1);
    expect_equal(side_result(&talk.server).result, SG_TIMED_OUT);
    /* Relative, and past for both kinds. */
    struct operation operation = {.opcode = SG_OP_RECV,
                                  .flags = SG_CALL_RELATIVE,
                                  .handle = talk.server.handle,
                                  .deadline_ns = 700};
    expect_equal(user_invoke(talk.server.thread, &operation), USER_PENDING);
    user_advance(699);
    assert_false(user_returned(talk.server.thread));
    user_advance(1);
    expect_equal(side_result(&talk.server).result, SG_TIMED_OUT);
    expect_equal(side_receive(&talk.server), SG_TIMED_OUT); /* 5000 has gone by */
    operation.deadline_ns = 0;
    expect_equal(user_invoke(talk.server.thread, &operation), SG_TIMED_OUT);
    operation.deadline_ns = SG_FOREVER;
    expect_equal(user_invoke(talk.server.thread, &operation), USER_PENDING);
    user_advance(UINT64_C(1) << 28);
    assert_false(user_returned(talk.server.thread));
}

/* A call whose caller gave up is still answered, to nobody. */
static void gives_up_a_delivered_call(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t way = 0; way < WAY_COUNT; way++) {
        talk.server.way = way;
        (void)side_receive(&talk.server);
        talk.client.deadline_ns = host.now_ns + 1000;
        expect_equal(side_call(&talk.client, 1, "", 0), USER_PENDING);
        uint32_t token = side_result(&talk.server).token;
        user_advance(1000);
        expect_equal(side_result(&talk.client).result, SG_TIMED_OUT);
        (void)side_reply(&talk.server, token, 0, "", 0);
        expect_equal(side_result(&talk.server).result, SG_PEER_GONE);
    }
}

static void enter_waits_for_its_deadline(void **state)
{
    struct talk talk;
    struct thread *thread;

    (void)state;
    talk_start(&talk);
    thread = talk.server.thread;
    expect_equal(user_enter(thread, 0, 0, 0, 0), SG_OK);
    expect_equal(user_enter(thread, 0, 1, 0, 0), SG_TIMED_OUT);
    expect_equal(user_enter(thread, 0, 1, 100, 0), USER_PENDING);
    user_advance(100);
    expect_equal((int32_t)thread->context.operation, SG_TIMED_OUT);
    expect_equal(user_enter(thread, 0, 1, 100, SG_CALL_RELATIVE), USER_PENDING);
    user_advance(99);
    assert_false(user_returned(thread));
    user_advance(1);
    expect_equal((int32_t)thread->context.operation, SG_TIMED_OUT);
    expect_equal(user_enter(thread, 0, 1, SG_FOREVER, SG_CALL_RELATIVE), USER_PENDING);
    user_advance(UINT64_C(1) << 28);
    assert_false(user_returned(thread));
}

/* More deadlines at the same time than one interrupt serves. */
static void serves_many_deadlines(void **state)
{
    struct side side[40];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < 40; i++) {
        talk_server(&talk, &side[i]);
        side[i].deadline_ns = 1000000;
        expect_equal(side_receive(&side[i]), USER_PENDING);
    }
    user_advance(1000000 - host.now_ns);
    for (uint32_t i = 0; i < 40; i++)
        expect_equal(side_result(&side[i]).result, SG_TIMED_OUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(cancels_a_receive),
        KERNEL_TEST(cancels_a_queued_call),
        KERNEL_TEST(cancels_a_delivered_call),
        KERNEL_TEST(does_not_cancel_a_held_call),
        KERNEL_TEST(cancels_waits),
        KERNEL_TEST(cancels_in_the_same_batch),
        KERNEL_TEST(polls),
        KERNEL_TEST(passes_deadlines),
        KERNEL_TEST(gives_up_a_delivered_call),
        KERNEL_TEST(enter_waits_for_its_deadline),
        KERNEL_TEST(serves_many_deadlines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
