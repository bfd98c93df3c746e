/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches in which entries of all kinds follow each other, and how an enter comes back from them: what it
   returns, and with which registers. */
#include "ipc.h"

static struct process process;
static struct thread *thread;

static void start(uint32_t entries)
{
    process = fixture_process_with(0, entries, 8);
    thread = process.tcb;
}

static void submit_nops(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        user_submit(thread, &(struct sg_submission){.opcode = SG_OP_NOP, .user_data = i});
}

/* In the window between two batches the slice of the draining thread ends. */
static void end_the_slice(void)
{
    host.now_ns += UINT64_C(10000000);
}

/* NOPs, what is carried out and what is refused complete in turn, wherever in the queue they lie. */
static void completes_a_mixture_in_turn(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    start(16);
    struct sg_handle handle = sg_handle_from_word(fixture_give(&process, object, SG_RIGHTS_ALL));
    const struct sg_submission kinds[] = {
        {.opcode = SG_OP_NOP},
        {.opcode = SG_OP_NOP, .method = SG_REPLY_METHOD_MAX},
        {.opcode = SG_OP_NOP, .method = SG_REPLY_METHOD_MAX + 1},
        {.opcode = SG_OP_NOP, .token = 1},
        {.opcode = SG_OP_NOP, .flags = SG_SUBMIT_REARM},
        {.opcode = SG_OP_CALL,
         .method = SG_NOTIFICATION_SIGNAL,
         .handle_index = handle.index,
         .handle_generation = handle.generation},
        {.opcode = SG_OP_COUNT},
    };
    const int32_t results[] = {SG_OK,           SG_OK, SG_BAD_ARGUMENT, SG_BAD_ARGUMENT,
                               SG_BAD_ARGUMENT, SG_OK, SG_BAD_OPERATION};
    for (uint32_t round = 0; round < 7 * 16; round++) {
        uint32_t count = 1 + round % 16;

        for (uint32_t i = 0; i < count; i++) {
            struct sg_submission entry = kinds[(round + i * (1 + round / 16)) % 7];

            entry.user_data = i;
            user_submit(thread, &entry);
        }
        expect_equal(user_enter(thread, count, count, 0, 0), SG_OK);
        expect_equal(user_consumed(thread), count);
        for (uint32_t i = 0; i < count; i++)
            expect_equal(user_completion(thread, i).result,
                         results[(round + i * (1 + round / 16)) % 7]);
    }
    uint64_t signals;
    expect_equal(OBJECT(fixture.init, object, SG_NOTIFICATION_WAIT, &signals, 0), SG_OK);
    expect_equal(signals, 142);
}

/* An entry whose cancelled operation completes with it takes two places, wherever in the queue: those
   that follow it have theirs, and none beyond the end. */
static void completes_another_on_the_way(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    start(8);
    struct sg_submission wait =
        user_entry(fixture_give(&process, object, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 100);
    struct ring_queues *queues = &thread->ring->queues;
    queues->complete_tail = queues->complete_head = 3; /* not in step with the submissions */
    queues->indices->complete_tail = queues->indices->complete_head = 3;
    for (uint64_t round = 0; round < 16; round++) {
        expect_equal(user_submit_now(thread, &wait), SG_OK);
        user_submit(thread, &(struct sg_submission){
                                .opcode = SG_OP_CANCEL, .user_data = 101, .argument = {100}});
        submit_nops(3);
        expect_equal(user_enter(thread, 4, 5, 0, 0), SG_OK);
        expect_equal(user_completion(thread, 100).result, SG_CANCELLED);
        expect_equal(user_completion(thread, 101).result, SG_OK);
        for (uint64_t i = 0; i < 3; i++)
            expect_equal(user_completion(thread, i).result, SG_OK);
    }
}

/* Between two batches the thread is stopped and started again: the next enter counts for itself. */
static void forgets_an_enter_that_was_stopped(void **state)
{
    (void)state;
    start(128);
    submit_nops(100);
    user_run(thread);
    host.window = end_the_slice;
    expect_equal(user_enter(thread, 100, 100, SG_FOREVER, 0), USER_PENDING);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                 SG_OK);
    user_run(thread);
    expect_equal(user_enter(thread, 5, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 5);
    expect_equal(user_unread(thread), 37);
}

/* The payload registers come back as they were, however the call ends. */
static void keeps_the_payload(void **state)
{
    uint64_t payload[SG_REGISTER_BYTES / 8];

    (void)state;
    start(128);
    for (uint32_t i = 0; i < SG_REGISTER_BYTES / 8; i++)
        payload[i] = UINT64_C(0x1234567887654321) * (i + 1);
    memcpy(thread->context.word, payload, sizeof(payload));
    submit_nops(3);
    expect_equal(user_enter(thread, 3, 3, SG_FOREVER, 0), SG_OK);
    expect_equal(user_enter(thread, 0, 200, 0, 0), SG_BAD_ARGUMENT);
    assert_memory_equal(thread->context.word, payload, sizeof(payload));
    submit_nops(100);
    user_run(thread);
    host.window = end_the_slice;
    expect_equal(user_enter(thread, 100, 104, 5000000, SG_CALL_RELATIVE), USER_PENDING);
    user_run(fixture.init);
    user_advance(UINT64_C(50000000));
    user_run(thread);
    expect_equal((int32_t)thread->context.operation, SG_TIMED_OUT);
    expect_equal(user_consumed(thread), 100);
    assert_memory_equal(thread->context.word, payload, sizeof(payload));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(completes_a_mixture_in_turn),
        KERNEL_TEST(completes_another_on_the_way),
        KERNEL_TEST(forgets_an_enter_that_was_stopped),
        KERNEL_TEST(keeps_the_payload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
