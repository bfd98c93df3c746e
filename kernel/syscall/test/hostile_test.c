/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile process tried, once each: every test here failed before the kernel was mended. */
#include "ipc.h"

#include "object/sched.h"

#define CHAIN 24u
#define DEEP 9u /* one more than a sched is lent on */

/* Puts one capability of the side's own at the head of its list to send. */
static void offer(struct side *side)
{
    struct sg_handle name = sg_handle_from_word(side->handle);
    struct sg_cap_transfer item = {name.index, name.generation, SG_RIGHTS_ALL, SG_TRANSFER_COPY, 0};

    memcpy(user_arena(side->thread) + CAPS_OFFSET, &item, sizeof(item));
    side->caps_count = 1;
}

static uint32_t slots_free(const struct side *side)
{
    return pool_left(&thread_cspace(side->thread)->pool);
}

/* A call by registers has no room for capabilities, whatever the caller's last operation had. */
static void reply_brings_no_capability_to_registers(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    (void)side_receive(&talk.server);
    talk.client.way = BY_ARENA;
    expect_equal(side_call(&talk.client, 1, "", 0), USER_PENDING);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(side_reply_and_receive(&talk.server, token, "", 0), USER_PENDING);
    talk.client.way = BY_REGISTERS;
    expect_equal(side_call(&talk.client, 1, "", 0), USER_PENDING);
    token = side_result(&talk.server).token;
    uint32_t free = slots_free(&talk.client);
    talk.server.way = BY_ARENA;
    offer(&talk.server);
    expect_equal(side_reply(&talk.server, token, 0, "", 0), SG_TOO_BIG);
    expect_equal(slots_free(&talk.client), free);
    talk.server.caps_count = 0;
    expect_equal(side_reply(&talk.server, token, 0, "", 0), SG_OK);
}

/* Nor has a receive by registers, whatever the receiver's last operation had. */
static void call_brings_no_capability_to_registers(void **state)
{
    struct talk talk;
    struct side also;
    uint64_t client;

    (void)state;
    talk_start(&talk);
    (void)side_receive(&talk.server);
    expect_equal(side_call(&talk.client, 1, "", 0), USER_PENDING);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_ENDPOINT_MINT, &client, 7, SG_RIGHTS_ALL),
                 SG_OK);
    also = talk.server;
    also.way = BY_ARENA;
    also.deadline_ns = 0;
    also.handle = fixture_give(&also.process, client, SG_RIGHTS_ALL);
    expect_equal(side_call(&also, 1, "", 0), SG_TIMED_OUT);
    expect_equal(side_reply_and_receive(&talk.server, token, "", 0), USER_PENDING);
    uint32_t free = slots_free(&talk.server);
    talk.client.way = BY_ARENA;
    offer(&talk.client);
    expect_equal(side_call(&talk.client, 1, "", 0), SG_TOO_BIG);
    expect_equal(slots_free(&talk.server), free);
}

/* The arena a stale message named may have been a larger one: nothing is written past the arena of the
   ring that the thread has now. */
static void rebound_thread_keeps_no_offsets(void **state)
{
    struct talk talk;
    uint64_t pages = 64;
    uint64_t mask = (UINT64_C(1) << SG_OP_COUNT) - 1;

    (void)state;
    talk_start(&talk);
    struct side *client = &talk.client;
    uint64_t wide = fixture_create(SG_TYPE_RING, 4, 4, pages | mask << 32);
    uint64_t narrow = fixture_create(SG_TYPE_RING, 4, 4, 3 | mask << 32);
    uint64_t behind = fixture_create(SG_TYPE_MEMORY, 64, 0, 0);
    uint64_t sched = fixture_create(SG_TYPE_SCHED, 0, 0, 0);
    expect_equal(fixture_destroy(client->process.ring), SG_OK);
    expect_equal(OBJECT(fixture.init, client->process.thread, SG_THREAD_BIND, NULL,
                        client->process.aspace, client->process.cspace, wide, sched, 0),
                 SG_OK);
    expect_equal(
        OBJECT(fixture.init, client->process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
        SG_OK);
    (void)side_receive(&talk.server);
    struct sg_message message = {.receive_caps_offset = 40 * PAGE_SIZE, .receive_caps_count = 8};
    struct operation operation = {.opcode = SG_OP_CALL,
                                  .flags = SG_SUBMIT_ARENA,
                                  .method = 1,
                                  .handle = client->handle,
                                  .deadline_ns = SG_FOREVER};
    memcpy(operation.word, &message, sizeof(message));
    expect_equal(user_invoke(client->thread, &operation), USER_PENDING);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(side_reply_and_receive(&talk.server, token, "", 0), USER_PENDING);
    expect_equal(fixture_destroy(wide), SG_OK);
    expect_equal(OBJECT(fixture.init, client->process.thread, SG_THREAD_BIND, NULL,
                        client->process.aspace, client->process.cspace, narrow, sched, 0),
                 SG_OK);
    expect_equal(
        OBJECT(fixture.init, client->process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
        SG_OK);
    client->way = BY_REGISTERS;
    expect_equal(side_call(client, 1, "", 0), USER_PENDING);
    token = side_result(&talk.server).token;
    talk.server.way = BY_ARENA;
    offer(&talk.server);
    (void)side_reply(&talk.server, token, 0, "", 0);
    const uint64_t *page = arch_frame_pointer(fixture_object(fixture.init, behind) + 1);
    for (uint32_t i = 0; i < 64 * PAGE_SIZE / sizeof(*page); i++)
        expect_equal(page[i], 0);
}

/* Member i of a chain calls member i + 1; all but member 0 wait on an endpoint of their own. */
struct chain {
    struct talk talk[CHAIN];
    struct side caller[CHAIN];
};

static void call_along(struct chain *chain, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++)
        expect_equal(side_call(&chain->caller[i], 1, "", 0), USER_PENDING);
}

/* A record that was once deep in a chain of calls does not let a later chain grow without end. */
static void chain_of_loans_is_bounded(void **state)
{
    static struct chain chain;
    uint32_t lent = 0;

    (void)state;
    for (uint32_t i = 1; i < CHAIN; i++) {
        talk_start(&chain.talk[i]);
        (void)side_receive(&chain.talk[i].server);
    }
    chain.caller[0] = chain.talk[1].client;
    for (uint32_t i = 1; i + 1 < CHAIN; i++) {
        uint64_t client;

        expect_equal(OBJECT(fixture.init, chain.talk[i + 1].endpoint, SG_ENDPOINT_MINT, &client, i,
                            SG_RIGHTS_ALL),
                     SG_OK);
        chain.caller[i] = chain.talk[i].server;
        chain.caller[i].handle = fixture_give(&chain.caller[i].process, client, SG_RIGHTS_ALL);
    }
    call_along(&chain, 0, DEEP);
    for (uint32_t i = DEEP; i > 0; i--)
        (void)side_reply_and_receive(&chain.talk[i].server,
                                     op_token(&chain.talk[i].server.thread->held), "", 0);
    expect_equal(side_call(&chain.talk[DEEP].client, 1, "", 0), USER_PENDING);
    call_along(&chain, DEEP, CHAIN - 1);
    for (const struct thread *thread = chain.talk[DEEP].client.thread; thread_has_lent(thread);
         thread = thread->op.peer->thread)
        lent++;
    expect_equal(lent, 8);
}

/* Out of budget, a realtime thread takes its turn among those of class normal: not before them, for the
   rest of its slice, period after period. */
static void spent_budget_waits_its_turn(void **state)
{
    struct process greedy = fixture_process(0);
    struct process other = fixture_process(0);

    (void)state;
    expect_equal(OBJECT(fixture.init, sg_handle_word(fixture.info->cpu[0]), SG_CPU_PLACE, NULL,
                        greedy.sched, SG_CLASS_REALTIME | UINT64_C(100) << 32, 50000, 1000000),
                 SG_OK);
    user_advance(UINT64_C(300000000));
    assert_in_range(greedy.tcb->home->consumed_ns, 15000000, 150000000);
    assert_in_range(other.tcb->home->consumed_ns, 60000000, 150000000);
}

/* Between two steps of the end of its cspace a thread is not started again, to go on using it. */
static void thread_of_a_dying_cspace_stays_stopped(void **state)
{
    struct process process = fixture_process_with(0, 64, 8);
    uint64_t notification = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct sg_submission entry =
        user_entry(fixture_give(&process, notification, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 0);

    (void)state;
    for (uint32_t i = 0; i < 64; i++)
        user_submit(process.tcb, &entry);
    expect_equal(user_enter(process.tcb, 64, 0, 0, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(process.tcb->state, SG_THREAD_STOPPED);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                 SG_STOPPED);
    expect_equal(fixture_destroy(process.cspace), SG_OK);
}

/* Who was lowered does not come up again on a sched of its own making. */
static void new_sched_is_not_above_its_maker(void **state)
{
    struct process process = fixture_process(0);
    uint64_t untyped = fixture_give(&process, process.untyped, SG_RIGHTS_ALL);
    uint64_t sched;
    uint64_t class;

    (void)state;
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, SG_CLASS_IDLE, 100),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, sg_handle_word(fixture.info->sched), SG_SCHED_LOWER, NULL,
                        SG_CLASS_IDLE, 100),
                 SG_OK);
    expect_equal(OBJECT(process.tcb, untyped, SG_UNTYPED_CREATE, &sched, SG_TYPE_SCHED,
                        process.next, 0, 0, 0),
                 SG_OK);
    expect_equal(OBJECT(process.tcb, sched, SG_INFO, &class, SG_INFO_CLASS), SG_OK);
    expect_equal(class, SG_CLASS_IDLE);
}

/* Untypeds nested without end would make taking the outermost apart take the square of its size. */
static void untypeds_nest_so_deep_and_no_deeper(void **state)
{
    uint64_t untyped = fixture_untyped(64);
    uint32_t depth = 0;
    int status = SG_OK;

    (void)state;
    for (uint32_t left = 62; left > 1 && status == SG_OK; left--) {
        uint64_t child;
        uint64_t moved;

        status = OBJECT(fixture.init, untyped, SG_UNTYPED_SPLIT, &child, 1);
        if (status != SG_OK)
            break;
        expect_equal(OBJECT(fixture.init, untyped, SG_UNTYPED_GRANT, &moved, child, left), SG_OK);
        expect_equal(moved, left);
        untyped = child;
        depth++;
    }
    expect_equal(status, SG_LIMIT);
    assert_in_range(depth, 4, SG_UNTYPED_DEPTH_MAX);
}

/* Interrupt windows opened while a batch of equal entries is consumed. */
static uint32_t windows_of(struct thread *thread, const struct sg_submission *entry, uint32_t count)
{
    uint32_t before = host.windows;
    struct sg_completion completion;

    for (uint32_t i = 0; i < count; i++)
        user_submit(thread, entry);
    expect_equal(user_enter(thread, count, 0, 0, 0), SG_OK);
    for (uint32_t i = 0; i < count; i++)
        assert_true(user_next(thread, &completion));
    return host.windows - before;
}

/* One heavy entry is work enough for one time with interrupts off, whether it succeeds or not. */
static void heavy_entries_let_interrupts_in(void **state)
{
    struct process process = fixture_process_with(0, 64, 8);
    struct sg_submission light = {.opcode = SG_OP_NOP};
    struct sg_submission heavy =
        user_entry(fixture_give(&process, fixture.untyped, SG_RIGHTS_ALL), SG_UNTYPED_CREATE, 0);

    heavy.argument[0] = SG_TYPE_MEMORY;
    heavy.argument[1] = 1;
    heavy.argument[2] = 2000;

    (void)state;
    expect_equal(windows_of(process.tcb, &light, 32), 0);
    expect_equal(windows_of(process.tcb, &light, 33), 1);
    expect_equal(windows_of(process.tcb, &heavy, 32), 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(reply_brings_no_capability_to_registers),
        KERNEL_TEST(call_brings_no_capability_to_registers),
        KERNEL_TEST(rebound_thread_keeps_no_offsets),
        KERNEL_TEST(chain_of_loans_is_bounded),
        KERNEL_TEST(spent_budget_waits_its_turn),
        KERNEL_TEST(thread_of_a_dying_cspace_stays_stopped),
        KERNEL_TEST(new_sched_is_not_above_its_maker),
        KERNEL_TEST(untypeds_nest_so_deep_and_no_deeper),
        KERNEL_TEST(heavy_entries_let_interrupts_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
