/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications and futex words: who wakes, how often, and what waits when they die. */
#include "kernel_test.h"

#include "object/memory.h"
#include "object/notification.h"

static struct process process[3];
static uint64_t at[3];
static uint64_t object;

static void start(uint32_t type, uint64_t parameter)
{
    object = fixture_create(type, parameter, 0, 0);
    for (uint32_t i = 0; i < 3; i++) {
        process[i] = fixture_process(0);
        at[i] = fixture_give(&process[i], object, SG_RIGHTS_ALL);
    }
}

static void counts_signals(void **state)
{
    uint64_t value;

    (void)state;
    start(SG_TYPE_NOTIFICATION, 0);
    for (uint32_t i = 0; i < 5; i++)
        expect_equal(OBJECT(process[0].tcb, at[0], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, object, SG_INFO, &value, SG_INFO_COUNT), SG_OK);
    expect_equal(value, 5);
    expect_equal(OBJECT(process[1].tcb, at[1], SG_NOTIFICATION_WAIT, &value, 0), SG_OK);
    expect_equal(value, 5);
    expect_equal(OBJECT(process[1].tcb, at[1], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    expect_equal(OBJECT(process[2].tcb, at[2], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    expect_equal(OBJECT(process[0].tcb, at[0], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(user_result(process[1].tcb).value, 1);
    assert_false(user_returned(process[2].tcb));
    expect_equal(OBJECT(process[0].tcb, at[0], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(user_result(process[2].tcb).value, 1);
}

static void notification_dies_with_waiters(void **state)
{
    (void)state;
    start(SG_TYPE_NOTIFICATION, 0);
    struct process many = fixture_process_with(0, 128, 6);
    struct sg_submission wait =
        user_entry(fixture_give(&many, object, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 0);
    for (; wait.user_data < 100; wait.user_data++)
        user_submit(many.tcb, &wait);
    expect_equal(user_enter(many.tcb, 100, 0, 0, 0), SG_OK);
    expect_equal(OBJECT(process[1].tcb, at[1], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    expect_equal(OBJECT(fixture.init, object, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(fixture_destroy(object), SG_OK);
    expect_equal(user_result(process[1].tcb).status, SG_PEER_GONE);
    for (uint32_t i = 0; i < 100; i++)
        expect_equal(user_completion(many.tcb, i).result, SG_PEER_GONE);
}

static int futex(uint32_t who, uint8_t opcode, uint64_t offset, uint64_t second, uint64_t deadline)
{
    return user_invoke(process[who].tcb, &(struct operation){.opcode = opcode,
                                                             .handle = at[who],
                                                             .deadline_ns = deadline,
                                                             .word = {offset, second}});
}

static uint32_t *word(uint64_t offset)
{
    return (uint32_t *)((uint8_t *)arch_frame_pointer(fixture_object(fixture.init, object) + 1) +
                        offset);
}

static void futex_waits_and_wakes(void **state)
{
    (void)state;
    start(SG_TYPE_MEMORY, 2);
    *word(8) = 7;
    expect_equal(futex(0, SG_OP_WAIT, 8, 6, SG_FOREVER), SG_CHANGED);
    expect_equal(futex(0, SG_OP_WAIT, 8, 7, SG_FOREVER), USER_PENDING);
    expect_equal(futex(1, SG_OP_WAIT, 8, 7, SG_FOREVER), USER_PENDING);
    expect_equal(futex(2, SG_OP_WAKE, 4, 9, 0), SG_OK);
    expect_equal(user_result(process[2].tcb).value, 0);
    expect_equal(futex(2, SG_OP_WAKE, 8, 0, 0), SG_OK);
    expect_equal(user_result(process[2].tcb).value, 0);
    expect_equal(futex(2, SG_OP_WAKE, 8, 1, 0), SG_OK);
    expect_equal(user_result(process[2].tcb).value, 1);
    expect_equal(user_result(process[0].tcb).status, SG_OK);
    assert_false(user_returned(process[1].tcb));
    expect_equal(futex(0, SG_OP_WAIT, PAGE_SIZE + 4, 0, SG_FOREVER), USER_PENDING);
    expect_equal(futex(2, SG_OP_WAKE, 8, UINT64_MAX, 0), SG_OK);
    expect_equal(user_result(process[2].tcb).value, 1);
    expect_equal(user_result(process[1].tcb).status, SG_OK);
    assert_false(user_returned(process[0].tcb));
}

static void futex_times_out(void **state)
{
    (void)state;
    start(SG_TYPE_MEMORY, 1);
    expect_equal(futex(0, SG_OP_WAIT, 0, 0, 0), SG_TIMED_OUT);
    expect_equal(futex(0, SG_OP_WAIT, 0, 0, host.now_ns + 50), USER_PENDING);
    user_advance(50);
    expect_equal(user_result(process[0].tcb).status, SG_TIMED_OUT);
    expect_equal(futex(1, SG_OP_WAKE, 0, 1, 0), SG_OK);
    expect_equal(user_result(process[1].tcb).value, 0);
}

static void futex_refuses(void **state)
{
    uint64_t less;

    (void)state;
    start(SG_TYPE_MEMORY, 2);
    static const uint64_t offsets[] = {
        1, 2, 3, 2 * PAGE_SIZE, 2 * PAGE_SIZE - 2, UINT64_MAX - 3, UINT64_C(1) << 32};
    for (uint32_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        expect_equal(futex(0, SG_OP_WAIT, offsets[i], 0, 0), SG_BAD_ARGUMENT);
        expect_equal(futex(0, SG_OP_WAKE, offsets[i], 0, 0), SG_BAD_ARGUMENT);
    }
    expect_equal(futex(0, SG_OP_WAIT, 0, UINT64_C(1) << 32, 0), SG_BAD_ARGUMENT);
    expect_equal(
        OBJECT(fixture.init, object, SG_COPY, &less, SG_RIGHTS_ALL & ~SG_BIT(SG_MEMORY_WAIT), 0),
        SG_OK);
    at[0] = fixture_give(&process[0], less, SG_RIGHTS_ALL);
    expect_equal(futex(0, SG_OP_WAIT, 0, 0, 0), SG_DENIED);
    expect_equal(futex(0, SG_OP_WAKE, 0, 0, 0), SG_OK);
    at[0] = fixture_give(&process[0], process[0].thread, SG_RIGHTS_ALL);
    expect_equal(futex(0, SG_OP_WAIT, 0, 0, 0), SG_BAD_TYPE);
    /* The futex operations are opcodes, not methods. */
    expect_equal(OBJECT(process[1].tcb, at[1], SG_MEMORY_WAIT, NULL, 0), SG_BAD_OPERATION);
}

static void futex_has_a_limit_and_dies(void **state)
{
    (void)state;
    start(SG_TYPE_MEMORY, 1);
    struct process many = fixture_process_with(0, 128, 6);
    struct sg_handle handle = sg_handle_from_word(fixture_give(&many, object, SG_RIGHTS_ALL));
    for (uint32_t i = 0; i <= SG_MEMORY_WAITERS_MAX; i++)
        user_submit(many.tcb, &(struct sg_submission){.opcode = SG_OP_WAIT,
                                                      .handle_index = handle.index,
                                                      .handle_generation = handle.generation,
                                                      .user_data = i,
                                                      .argument = {i % 2 * 4}});
    expect_equal(user_enter(many.tcb, 100, 0, 0, 0), SG_OK);
    expect_equal(user_completion(many.tcb, SG_MEMORY_WAITERS_MAX).result, SG_LIMIT);
    expect_equal(futex(0, SG_OP_WAKE, 4, 3, 0), SG_OK);
    for (uint32_t i = 0; i < 3; i++)
        expect_equal(user_completion(many.tcb, 2 * i + 1).result, SG_OK);
    expect_equal(fixture_destroy(object), SG_OK);
    struct sg_completion completion;
    for (uint32_t i = 3; i < SG_MEMORY_WAITERS_MAX; i++) {
        assert_true(user_next(many.tcb, &completion));
        expect_equal(completion.result, SG_PEER_GONE);
    }
    assert_false(user_next(many.tcb, &completion));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(counts_signals),
        KERNEL_TEST(notification_dies_with_waiters),
        KERNEL_TEST(futex_waits_and_wakes),
        KERNEL_TEST(futex_times_out),
        KERNEL_TEST(futex_refuses),
        KERNEL_TEST(futex_has_a_limit_and_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
