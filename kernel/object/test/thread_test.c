/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: bound, started, stopped and started again; faults with and without a supervisor; ends by
   their own hand. */
#include "kernel_test.h"

#include "object/sched.h"

/* A supervisor's endpoint and its client, which is given to threads. */
static uint64_t endpoint;
static uint64_t fault_client;

static void make_supervisor(void)
{
    endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    expect_equal(OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &fault_client, 77, 0), SG_OK);
}

/* Init receives a fault message by an invoke into its arena. */
static struct result receive_fault(struct sg_fault *fault)
{
    struct sg_message message = {.receive_length = sizeof(*fault)};
    struct operation operation = {
        .opcode = SG_OP_RECV, .flags = SG_SUBMIT_ARENA, .handle = endpoint, .deadline_ns = 0};

    memcpy(operation.word, &message, sizeof(message));
    expect_equal(user_invoke(fixture.init, &operation), sizeof(*fault));
    struct result result = user_result(fixture.init);
    memcpy(fault, user_arena(fixture.init) + result.offset, sizeof(*fault));
    return result;
}

static int answer_fault(uint32_t token, uint16_t method)
{
    return user_invoke(fixture.init, &(struct operation){.opcode = SG_OP_REPLY,
                                                         .method = method,
                                                         .token = token,
                                                         .deadline_ns = SG_FOREVER});
}

static uint64_t state_of(const struct process *process)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, process->thread, SG_INFO, &value, SG_INFO_STATE), SG_OK);
    return value;
}

static void binds_and_starts(void **state)
{
    struct process process = fixture_process(0);
    uint64_t thread = fixture_create(SG_TYPE_THREAD, 0, 0, 0);
    uint64_t ring = fixture_create(SG_TYPE_RING, 4, 4, 1 | UINT64_C(0xff) << 32);
    uint64_t sched = fixture_create(SG_TYPE_SCHED, 0, 0, 0);
    uint64_t value;

    (void)state;
    expect_equal(OBJECT(fixture.init, thread, SG_INFO, &value, SG_INFO_STATE), SG_OK);
    expect_equal(value, SG_THREAD_UNBOUND);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x400000), SG_STOPPED);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_EXIT, NULL, 0), SG_STOPPED);
    /* Each part must be of its type, live, and not another's. */
    const uint64_t right[4] = {process.aspace, process.cspace, ring, sched};
    const uint64_t taken[4] = {process.aspace, process.cspace, process.ring, process.sched};
    for (uint32_t i = 0; i < 4; i++) {
        uint64_t part[4];

        memcpy(part, right, sizeof(part));
        part[i] = thread;
        expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, part[0], part[1], part[2],
                            part[3], 0),
                     SG_BAD_TYPE);
        part[i] = UINT64_C(99) << 32;
        expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, part[0], part[1], part[2],
                            part[3], 0),
                     SG_BAD_HANDLE);
        expect_equal(OBJECT(fixture.init, right[i], SG_COPY, &part[i],
                            SG_RIGHTS_ALL & ~SG_BIT(SG_ASPACE_BIND) & ~SG_BIT(SG_CSPACE_BIND) &
                                ~SG_BIT(SG_RING_BIND),
                            0),
                     SG_OK);
        expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, part[0], part[1], part[2],
                            part[3], 0),
                     SG_DENIED);
        part[i] = taken[i];
        if (i >= 2)
            expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, part[0], part[1],
                                part[2], part[3], 0),
                         SG_BUSY);
    }
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, right[0], right[1], right[2],
                        right[3], sched),
                 SG_BAD_TYPE);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, right[0], right[1], right[2],
                        right[3], 0),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, right[0], right[1], right[2],
                        right[3], 0),
                 SG_BUSY);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, SG_USER_END, 0, 0, 0),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0, SG_USER_END + 1, 0, 0),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0, 0, 0, SG_USER_END),
                 SG_BAD_ARGUMENT);
    expect_equal(
        OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x1234, SG_USER_END, 5, 0x6000), SG_OK);
    expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x1234, 0, 5, 0), SG_BUSY);
    struct thread *tcb = arch_frame_pointer(fixture_object(fixture.init, thread));
    user_run(tcb);
    expect_equal(tcb->context.ip, 0x1234);
    expect_equal(tcb->context.argument, 5);
    expect_equal(tcb->context.tls, 0x6000);
    assert_true(tcb->context.is_full);
}

static void stops_and_starts_again(void **state)
{
    struct process process = fixture_process(0);
    uint64_t notification = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t at_process = fixture_give(&process, notification, SG_RIGHTS_ALL);

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        expect_equal(OBJECT(process.tcb, at_process, SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
        expect_equal(state_of(&process), SG_THREAD_WAITING);
        expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
        expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
        expect_equal(state_of(&process), SG_THREAD_STOPPED);
        expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                     SG_OK);
        expect_equal(state_of(&process), SG_THREAD_READY);
        user_run(process.tcb);
    }
    expect_equal(OBJECT(fixture.init, notification, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    uint64_t value;
    expect_equal(OBJECT(fixture.init, notification, SG_NOTIFICATION_WAIT, &value, 0), SG_OK);
    expect_equal(value, 1); /* nobody waited any more */
}

static void reports_a_fault(void **state)
{
    struct sg_fault fault;

    (void)state;
    make_supervisor();
    struct process process = fixture_process(fault_client);
    user_fault(process.tcb, SG_FAULT_PAGE, 6, 0xdead000);
    expect_equal(state_of(&process), SG_THREAD_FAULTED);
    struct result result = receive_fault(&fault);
    expect_equal(result.value, 77);
    expect_equal(result.flags, SG_COMPLETE_FAULT);
    expect_equal(fault.cause, SG_FAULT_PAGE);
    expect_equal(fault.code, 6);
    expect_equal(fault.address, 0xdead000);
    expect_equal(fault.rip, process.tcb->context.ip);
    expect_equal(fault.reserved, 0);
    expect_equal(answer_fault(result.token, SG_FAULT_RESUME), SG_OK);
    expect_equal(state_of(&process), SG_THREAD_READY);
    assert_true(process.tcb->context.is_full);
    expect_equal(answer_fault(result.token, SG_FAULT_RESUME), SG_BAD_TOKEN);
    /* Again, and this time it stays stopped. */
    user_fault(process.tcb, SG_FAULT_INSTRUCTION, 0, 0);
    result = receive_fault(&fault);
    expect_equal(fault.cause, SG_FAULT_INSTRUCTION);
    expect_equal(answer_fault(result.token, SG_FAULT_STOP), SG_OK);
    expect_equal(state_of(&process), SG_THREAD_STOPPED);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                 SG_OK);
}

/* A supervisor that already waits in its ring hears of it at once. */
static void reports_a_fault_to_a_waiting_ring(void **state)
{
    (void)state;
    make_supervisor();
    struct process process = fixture_process(fault_client);
    struct sg_handle handle = sg_handle_from_word(endpoint);
    struct sg_submission receive = {.opcode = SG_OP_RECV,
                                    .handle_index = handle.index,
                                    .handle_generation = handle.generation,
                                    .user_data = 5,
                                    .message = {.receive_length = sizeof(struct sg_fault)}};
    expect_equal(user_submit_now(fixture.init, &receive), SG_OK);
    user_fault(process.tcb, SG_FAULT_DEBUG, 0, 0);
    struct sg_completion completion = user_completion(fixture.init, 5);
    expect_equal(completion.flags, SG_COMPLETE_FAULT);
    expect_equal(completion.result, sizeof(struct sg_fault));
    expect_equal(answer_fault(completion.token, SG_FAULT_RESUME), SG_OK);
    expect_equal(state_of(&process), SG_THREAD_READY);
}

static void stops_without_a_supervisor(void **state)
{
    (void)state;
    struct process process = fixture_process(0);
    user_fault(process.tcb, SG_FAULT_PAGE, 0, 0);
    expect_equal(state_of(&process), SG_THREAD_STOPPED);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
    /* The supervisor's endpoint is gone. */
    make_supervisor();
    process = fixture_process(fault_client);
    expect_equal(fixture_destroy(endpoint), SG_OK);
    user_fault(process.tcb, SG_FAULT_PAGE, 0, 0);
    expect_equal(state_of(&process), SG_THREAD_STOPPED);
}

/* The endpoint dies, the thread is stopped, or it is destroyed while its fault is queued or held. */
static void faults_end_with_their_parts(void **state)
{
    struct sg_fault fault;

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t token = 0;

        make_supervisor();
        struct process process = fixture_process(fault_client);
        user_fault(process.tcb, SG_FAULT_PAGE, 0, 0);
        if (i % 2)
            token = receive_fault(&fault).token;
        if (i / 2 == 0)
            expect_equal(fixture_destroy(endpoint), SG_OK);
        else if (i / 2 == 1)
            expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
        else
            expect_equal(fixture_destroy(process.untyped), SG_OK);
        if (i % 2)
            expect_equal(answer_fault(token, SG_FAULT_RESUME), i / 2 == 0 ? SG_OK : SG_PEER_GONE);
        if (i / 2 < 2)
            expect_equal(state_of(&process), i == 1 ? SG_THREAD_READY : SG_THREAD_STOPPED);
    }
}

/* Exit by the thread itself, without a capability, and by another. */
static void exits(void **state)
{
    struct sg_fault fault;

    (void)state;
    make_supervisor();
    for (uint32_t i = 0; i < 4; i++) {
        struct process process = fixture_process(i < 3 ? fault_client : 0);

        if (i == 1) {
            struct sg_submission leave = {
                .opcode = SG_OP_CALL, .method = SG_THREAD_EXIT, .argument = {123}};

            user_submit(process.tcb, &leave);
            user_submit(process.tcb, &(struct sg_submission){.opcode = SG_OP_NOP});
            expect_equal(user_enter(process.tcb, 2, 2, SG_FOREVER, 0), USER_PENDING);
            expect_equal(process.tcb->ring->queues.indices->submit_head, 1);
        } else if (i == 2) {
            expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_EXIT, NULL, 123), SG_OK);
        } else {
            expect_equal(OBJECT(process.tcb, 0, SG_THREAD_EXIT, NULL, 123), USER_PENDING);
        }
        if (i < 3) {
            expect_equal(state_of(&process), SG_THREAD_FAULTED);
            struct result result = receive_fault(&fault);
            expect_equal(fault.cause, SG_FAULT_EXIT);
            expect_equal(fault.code, 123);
            expect_equal(answer_fault(result.token, SG_FAULT_RESUME), SG_OK);
        }
        expect_equal(state_of(&process), SG_THREAD_STOPPED);
        expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_EXIT, NULL, 5), SG_STOPPED);
    }
}

static void does_little_without_a_capability(void **state)
{
    struct process process = fixture_process(0);

    (void)state;
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_YIELD, NULL, 0), SG_OK);
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_SET_TLS, NULL, 0x7000), SG_OK);
    expect_equal(process.tcb->context.tls, 0x7000);
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_SET_TLS, NULL, SG_USER_END), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_STOP, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_BIND, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(process.tcb, 0, SG_THREAD_START, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(process.tcb, 0, SG_DESTROY, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(process.tcb, 0, SG_RELEASE, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_SET_TLS, NULL, 0x8000), SG_OK);
    expect_equal(process.tcb->context.tls, 0x8000);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_YIELD, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, process.thread, 40, NULL, 0), SG_BAD_OPERATION);
}

/* A thread destroys what it stands on: it stops, and init finishes the work. */
static void destroys_what_it_stands_on(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        uint64_t free = fixture_free();
        struct process process = fixture_process(0);
        const uint64_t part[] = {process.thread, process.ring, process.sched, process.cspace,
                                 process.aspace};
        uint64_t own = fixture_give(&process, part[i], SG_RIGHTS_ALL);

        expect_equal(OBJECT(process.tcb, own, SG_DESTROY, NULL, 0), USER_PENDING);
        expect_equal(process.tcb->state, SG_THREAD_STOPPED);
        expect_equal(fixture_destroy(part[i]), SG_OK);
        expect_equal(fixture_destroy(process.untyped), SG_OK);
        expect_equal(fixture_free(), free);
    }
}

/* The same through its ring: the completion is posted before the thread is gone. */
static void destroys_what_it_stands_on_by_ring(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        uint64_t free = fixture_free();
        struct process process = fixture_process(0);
        const uint64_t part[] = {process.thread, process.ring, process.sched, process.cspace,
                                 process.aspace};
        struct sg_submission destroy =
            user_entry(fixture_give(&process, part[i], SG_RIGHTS_ALL), SG_DESTROY, 9);

        expect_equal(user_submit_now(process.tcb, &destroy), USER_PENDING);
        expect_equal(user_completion(process.tcb, 9).result, SG_AGAIN);
        expect_equal(fixture_destroy(part[i]), SG_OK);
        expect_equal(fixture_destroy(process.untyped), SG_OK);
        expect_equal(fixture_free(), free);
    }
}

/* A thread that lost a part can be bound and started again. */
static void is_bound_again(void **state)
{
    struct process process = fixture_process(0);
    uint64_t sched = fixture_create(SG_TYPE_SCHED, 0, 0, 0);

    (void)state;
    expect_equal(fixture_destroy(process.sched), SG_OK);
    expect_equal(state_of(&process), SG_THREAD_UNBOUND);
    assert_null(process.tcb->home); /* which YIELD would write to, whatever is there by then */
    assert_null(process.tcb->ring);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_YIELD, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_BIND, NULL, process.aspace,
                        process.cspace, process.ring, sched, 0),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, process.thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0),
                 SG_OK);
    user_run(process.tcb);
    expect_equal(user_enter(process.tcb, 0, 0, 0, 0), SG_OK);
}

/* Two threads in one process; its spaces die under both. */
static void shares_spaces(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        struct process process = fixture_process(0);
        uint64_t thread = fixture_create(SG_TYPE_THREAD, 0, 0, 0);
        uint64_t ring = fixture_create(SG_TYPE_RING, 4, 4, 1 | UINT64_C(0xff) << 32);
        uint64_t sched = fixture_create(SG_TYPE_SCHED, 0, 0, 0);
        struct thread *second = arch_frame_pointer(fixture_object(fixture.init, thread));

        expect_equal(OBJECT(fixture.init, thread, SG_THREAD_BIND, NULL, process.aspace,
                            process.cspace, ring, sched, 0),
                     SG_OK);
        expect_equal(OBJECT(fixture.init, thread, SG_THREAD_START, NULL, 0x400000, 0, 0, 0), SG_OK);
        user_run(second);
        user_run(process.tcb);
        expect_equal(fixture_destroy(i == 0 ? process.aspace : process.cspace), SG_OK);
        expect_equal(second->state, SG_THREAD_UNBOUND);
        expect_equal(process.tcb->state, SG_THREAD_UNBOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(binds_and_starts),
        KERNEL_TEST(stops_and_starts_again),
        KERNEL_TEST(reports_a_fault),
        KERNEL_TEST(reports_a_fault_to_a_waiting_ring),
        KERNEL_TEST(stops_without_a_supervisor),
        KERNEL_TEST(faults_end_with_their_parts),
        KERNEL_TEST(exits),
        KERNEL_TEST(does_little_without_a_capability),
        KERNEL_TEST(destroys_what_it_stands_on),
        KERNEL_TEST(destroys_what_it_stands_on_by_ring),
        KERNEL_TEST(is_bound_again),
        KERNEL_TEST(shares_spaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
