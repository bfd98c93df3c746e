/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring against a hostile user: indices, entries, a completion queue nobody reads, long batches and
   what happens between two of them. */
#include "ipc.h"

static struct process process;
static struct thread *thread;
static struct sg_ring_indices *indices;

static void start(uint32_t entries)
{
    process = fixture_process_with(0, entries, 8);
    thread = process.tcb;
    indices = thread->ring->queues.indices;
}

static void submit_nops(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        user_submit(thread, &(struct sg_submission){.opcode = SG_OP_NOP, .user_data = i});
}

static void completes_nops(void **state)
{
    (void)state;
    start(32);
    submit_nops(32);
    expect_equal(user_enter(thread, 32, 32, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 32);
    expect_equal(user_unread(thread), 32);
    for (uint32_t i = 0; i < 32; i++)
        expect_equal(user_completion(thread, i).result, SG_OK);
    expect_equal(user_enter(thread, 5, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 0);
}

/* Fewer than are there are consumed if fewer are asked for. */
static void consumes_no_more_than_asked(void **state)
{
    (void)state;
    start(32);
    submit_nops(10);
    expect_equal(user_enter(thread, 3, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 3);
    expect_equal(indices->submit_head, 3);
    expect_equal(user_enter(thread, UINT32_MAX, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 7);
}

/* Indices run on past 2^32. */
static void wraps_around(void **state)
{
    struct ring_queues *queues;

    (void)state;
    start(8);
    queues = &thread->ring->queues;
    queues->submit_head = indices->submit_head = indices->submit_tail = UINT32_MAX - 3;
    queues->complete_tail = indices->complete_tail = UINT32_MAX - 5;
    queues->complete_head = indices->complete_head = UINT32_MAX - 5;
    for (uint32_t round = 0; round < 4; round++) {
        submit_nops(6);
        expect_equal(user_enter(thread, 6, 6, 0, 0), SG_OK);
        for (uint32_t i = 0; i < 6; i++)
            expect_equal(user_completion(thread, i).result, SG_OK);
    }
}

static void refuses_hostile_indices(void **state)
{
    (void)state;
    start(16);
    static const uint32_t tails[] = {17, 100, UINT32_MAX, 0x80000000u};
    for (uint32_t i = 0; i < 4; i++) {
        indices->submit_tail = tails[i];
        expect_equal(user_enter(thread, 1, 0, 0, 0), SG_BAD_RING);
        expect_equal(user_consumed(thread), 0);
        expect_equal(indices->submit_head, 0);
    }
    indices->submit_tail = 0;
    submit_nops(4);
    expect_equal(user_enter(thread, 4, 0, 0, 0), SG_OK);
    static const uint32_t heads[] = {5, UINT32_MAX, 0x80000000u, 0xfffffff0u};
    for (uint32_t i = 0; i < 4; i++) {
        indices->complete_head = heads[i];
        expect_equal(user_enter(thread, 0, 1, SG_FOREVER, 0), SG_BAD_RING);
    }
    /* What was read cannot become unread. */
    indices->complete_head = 3;
    expect_equal(user_enter(thread, 0, 1, 0, 0), SG_OK);
    indices->complete_head = 2;
    expect_equal(user_enter(thread, 0, 1, 0, 0), SG_BAD_RING);
    indices->complete_head = 4;
    expect_equal(user_enter(thread, 0, 0, 0, 0), SG_OK);
    /* Indices the kernel owns are only ever written by it. */
    indices->submit_head = 77;
    indices->complete_tail = 99;
    submit_nops(1);
    expect_equal(user_enter(thread, 1, 0, 0, 0), SG_OK);
    expect_equal(indices->submit_head, 5);
    expect_equal(indices->complete_tail, 5);
}

/* Without room for its completion a submission stays where it is. */
static void keeps_what_it_cannot_complete(void **state)
{
    (void)state;
    start(8);
    submit_nops(8);
    expect_equal(user_enter(thread, 8, 0, 0, 0), SG_OK);
    submit_nops(8);
    expect_equal(user_enter(thread, 8, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 0);
    expect_equal(user_unread(thread), 8);
    expect_equal(user_completion(thread, 0).result, SG_OK);
    expect_equal(user_completion(thread, 1).result, SG_OK);
    expect_equal(user_enter(thread, 8, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 2);
    for (uint32_t i = 0; i < 8; i++)
        expect_equal(user_completion(thread, (i + 2) % 8).result, SG_OK);
    expect_equal(user_enter(thread, 8, 6, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 6);
}

/* Operations in flight hold their place in the completion queue. */
static void reserves_for_operations_in_flight(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    start(8);
    struct sg_submission wait =
        user_entry(fixture_give(&process, object, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 0);
    for (; wait.user_data < 8; wait.user_data++)
        user_submit(thread, &wait);
    expect_equal(user_enter(thread, 8, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 8);
    submit_nops(1);
    expect_equal(user_enter(thread, 1, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 0);
    expect_equal(OBJECT(fixture.init, object, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(user_completion(thread, 0).badge, 1);
    expect_equal(user_enter(thread, 1, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 1);
    expect_equal(fixture_destroy(object), SG_OK);
    expect_equal(user_completion(thread, 0).result, SG_OK); /* the NOP */
    for (uint32_t i = 1; i < 8; i++)
        expect_equal(user_completion(thread, i).result, SG_PEER_GONE);
}

static uint32_t windows_seen;

static void happens_in_window(void)
{
    windows_seen++;
}

static void serves_interrupts_between_batches(void **state)
{
    (void)state;
    start(128);
    submit_nops(100);
    user_run(thread);
    windows_seen = 0;
    host.window = happens_in_window;
    uint32_t before = host.windows;
    expect_equal(user_enter(thread, 100, 100, 0, 0), SG_OK);
    expect_equal(user_consumed(thread), 100);
    expect_equal(host.windows - before, 3);
    expect_equal(windows_seen, 1);
}

/* In the window the slice of the draining thread ends; it goes on when it is its turn again. */
static void end_the_slice(void)
{
    host.now_ns += UINT64_C(10000000);
}

static void is_preempted_between_batches(void **state)
{
    (void)state;
    start(128);
    submit_nops(100);
    user_run(thread);
    host.window = end_the_slice;
    expect_equal(user_enter(thread, 70, 70, SG_FOREVER, 0), USER_PENDING);
    expect_equal(indices->submit_head, 32);
    assert_ptr_not_equal(cpus[0].current, thread);
    user_run(thread);
    assert_true(user_returned(thread));
    expect_equal((int)thread->context.operation, SG_OK);
    expect_equal(user_consumed(thread), 70);
    expect_equal(user_unread(thread), 70);
}

/* Preempted between two batches, then stopped or destroyed: the rest stays in the queue. */
static void stops_between_batches(void **state)
{
    (void)state;
    start(128);
    submit_nops(100);
    user_run(thread);
    host.window = end_the_slice;
    expect_equal(user_enter(thread, 100, 100, SG_FOREVER, 0), USER_PENDING);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    expect_equal(indices->submit_head, 32);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                 SG_OK);
    user_run(thread);
    expect_equal(indices->submit_head, 32);
    host.window = end_the_slice;
    expect_equal(user_enter(thread, 100, 0, 0, 0), USER_PENDING);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
}

/* An interrupt in the window wakes a better thread, which runs before the rest is drained. */
static void raise_line_3(void)
{
    host_raise(3);
}

static void gives_way_between_batches(void **state)
{
    uint64_t irq =
        fixture_create(SG_TYPE_IRQ, sg_handle_word(fixture.info->irq_control), 3, SG_IRQ_EDGE);
    uint64_t cpu = sg_handle_word(fixture.info->cpu[0]);
    struct process urgent = fixture_process(0);

    (void)state;
    start(128);
    uint64_t at_urgent = fixture_give(&urgent, irq, SG_RIGHTS_ALL);
    expect_equal(OBJECT(fixture.init, cpu, SG_CPU_PLACE, NULL, urgent.sched,
                        SG_CLASS_INTERACTIVE | UINT64_C(100) << 32, 0, 0),
                 SG_OK);
    expect_equal(OBJECT(urgent.tcb, at_urgent, SG_IRQ_ACK, NULL, 0), SG_OK);
    expect_equal(OBJECT(urgent.tcb, at_urgent, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    submit_nops(100);
    user_run(thread);
    host.window = raise_line_3;
    expect_equal(user_enter(thread, 100, 100, 0, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    expect_equal(user_result(urgent.tcb).value, 1);
    expect_equal(indices->submit_head, 32);
    expect_equal(OBJECT(urgent.tcb, at_urgent, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    user_run(thread);
    expect_equal(user_consumed(thread), 100);
}

static void refuses_bad_enters(void **state)
{
    (void)state;
    start(16);
    expect_equal(user_enter(thread, 0, 17, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(user_enter(thread, 0, 0, 0, 1), SG_BAD_ARGUMENT);
    expect_equal(user_enter(thread, 0, 0, 0, 1 << 8), SG_BAD_ARGUMENT);
    expect_equal(user_enter(thread, 0, 0, 0, UINT64_C(1) << 23), SG_BAD_ARGUMENT);
    expect_equal(user_enter(thread, 0, 16, 0, SG_CALL_RELATIVE), SG_TIMED_OUT);
}

static int32_t submit(const struct sg_submission *entry)
{
    struct sg_completion completion;

    expect_equal(user_submit_now(thread, entry), SG_OK);
    assert_true(user_next(thread, &completion));
    expect_equal(completion.user_data, entry->user_data);
    expect_equal(completion.badge, 0);
    expect_equal(completion.token, 0);
    return completion.result;
}

static void refuses_bad_entries(void **state)
{
    (void)state;
    start(16);
    for (uint32_t opcode = SG_OP_COUNT; opcode < 256; opcode++)
        expect_equal(submit(&(struct sg_submission){.opcode = (uint8_t)opcode}), SG_BAD_OPERATION);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_ENTER}), SG_BAD_OPERATION);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_NOP, .flags = 4}), SG_BAD_ARGUMENT);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_CALL, .method = 64}),
                 SG_BAD_OPERATION);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_CALL, .method = 7}), SG_DENIED);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_RECV}), SG_BAD_HANDLE);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_REPLY}), SG_BAD_TOKEN);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_WAIT}), SG_BAD_HANDLE);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_WAKE}), SG_BAD_HANDLE);
    expect_equal(submit(&(struct sg_submission){.opcode = SG_OP_CANCEL}), SG_NOT_FOUND);
}

/* The opcode mask of a ring holds for its thread's registers too. */
static void obeys_the_opcode_mask(void **state)
{
    uint64_t ring = fixture_create(SG_TYPE_RING, 8, 8, 1 | (UINT64_C(1) << SG_OP_NOP) << 32);
    uint64_t sched = fixture_create(SG_TYPE_SCHED, 0, 0, 0);
    uint64_t object = fixture_create(SG_TYPE_THREAD, 0, 0, 0);

    (void)state;
    start(16);
    struct thread *masked = arch_frame_pointer(fixture_object(fixture.init, object));
    expect_equal(OBJECT(fixture.init, object, SG_THREAD_BIND, NULL, process.aspace, process.cspace,
                        ring, sched, 0),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, object, SG_THREAD_START, NULL, 0x400000, 0, 0, 0), SG_OK);
    thread = masked;
    for (uint32_t opcode = SG_OP_NOP; opcode < SG_OP_COUNT; opcode++) {
        int expected = opcode == SG_OP_NOP ? SG_OK : SG_BAD_OPERATION;

        expect_equal(submit(&(struct sg_submission){.opcode = (uint8_t)opcode}), expected);
        expect_equal(user_invoke(masked, &(struct operation){.opcode = (uint8_t)opcode}),
                     opcode == 0 ? SG_BAD_OPERATION : expected);
    }
}

/* Held calls take records, not completions: with all of them taken nothing more is received. */
static void runs_out_of_records(void **state)
{
    struct side client[9];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    start(8);
    struct sg_handle handle =
        sg_handle_from_word(fixture_give(&process, talk.endpoint, SG_RIGHTS_ALL));
    struct sg_submission receive = {.opcode = SG_OP_RECV,
                                    .handle_index = handle.index,
                                    .handle_generation = handle.generation,
                                    .user_data = 3};
    uint32_t token = 0;
    for (uint32_t i = 0; i < 9; i++) {
        talk_client(&talk, i, &client[i]);
        (void)side_call(&client[i], 1, "", 0);
        expect_equal(user_submit_now(thread, &receive), SG_OK);
        struct sg_completion completion = user_completion(thread, 3);
        expect_equal(completion.result, i < 8 ? 0 : SG_LIMIT);
        if (i < 8)
            token = completion.token;
    }
    struct sg_submission reply = {.opcode = SG_OP_REPLY, .token = token, .user_data = 4};
    expect_equal(user_submit_now(thread, &reply), SG_OK);
    expect_equal(user_completion(thread, 4).result, SG_OK);
    expect_equal(side_result(&client[7]).result, 0);
    expect_equal(user_submit_now(thread, &receive), SG_OK);
    expect_equal(user_completion(thread, 3).badge, 8);
}

/* The user changes an entry after the kernel has taken it: nothing follows it. */
static void reads_an_entry_once(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    start(8);
    struct sg_submission wait =
        user_entry(fixture_give(&process, object, SG_RIGHTS_ALL), SG_NOTIFICATION_WAIT, 11);
    expect_equal(user_submit_now(thread, &wait), SG_OK);
    memset(thread->ring->queues.submission, 0xff, sizeof(wait));
    expect_equal(OBJECT(fixture.init, object, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(user_completion(thread, 11).result, SG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(completes_nops),
        KERNEL_TEST(consumes_no_more_than_asked),
        KERNEL_TEST(wraps_around),
        KERNEL_TEST(refuses_hostile_indices),
        KERNEL_TEST(keeps_what_it_cannot_complete),
        KERNEL_TEST(reserves_for_operations_in_flight),
        KERNEL_TEST(serves_interrupts_between_batches),
        KERNEL_TEST(is_preempted_between_batches),
        KERNEL_TEST(stops_between_batches),
        KERNEL_TEST(gives_way_between_batches),
        KERNEL_TEST(refuses_bad_enters),
        KERNEL_TEST(refuses_bad_entries),
        KERNEL_TEST(obeys_the_opcode_mask),
        KERNEL_TEST(runs_out_of_records),
        KERNEL_TEST(reads_an_entry_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
