/* SPDX-License-Identifier: BSD-2-Clause */
/* Three CPUs: what one does to threads that another runs. Interrupts between CPUs come at once, or are
   held up for as long as a race takes. */
#include "cpus.h"

#include "object/aspace.h"

/* A page that is unmapped is forgotten by the CPU that runs in its address space, and by no other. */
static void forgets_what_was_unmapped(void **state)
{
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 1, 0, 0);
    struct process a = fixture_process(0);
    struct process b = fixture_process(0);
    uint64_t region;

    (void)state;
    expect_equal(OBJECT(fixture.init, a.aspace, SG_ASPACE_MAP, &region, memory, 0x500000,
                        UINT64_C(1) << 32, SG_MAP_READ),
                 SG_OK);
    assert_ptr_equal(cpus[1].current, a.tcb);
    assert_ptr_equal(cpus[2].current, b.tcb);
    host_be(1);
    assert_non_null(host_user_pointer(0x500000, SG_MAP_READ));
    expect_equal(host.cpu[1].tlb_count, 1);
    expect_equal(OBJECT(fixture.init, a.aspace, SG_ASPACE_UNMAP, NULL, region), SG_OK);
    expect_equal(host.flushes, 1);
    expect_equal(host.cpu[1].tlb_count, 0);
    /* Several mappings of one memory: one interruption a CPU. */
    for (uint64_t i = 0; i < 3; i++)
        expect_equal(OBJECT(fixture.init, i == 2 ? b.aspace : a.aspace, SG_ASPACE_MAP, NULL, memory,
                            0x500000 + i * PAGE_SIZE, UINT64_C(1) << 32, SG_MAP_READ),
                     SG_OK);
    expect_equal(fixture_destroy(memory), SG_OK);
    expect_equal(host.flushes, 3);
}

/* Until its CPU has let go of it a stopped thread is not started again, and what it asks for is not
   done. */
static void stops_elsewhere(void **state)
{
    uint64_t bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct process a = fixture_process(0);
    uint64_t at = fixture_give(&a, bell, SG_RIGHTS_ALL);

    (void)state;
    assert_ptr_equal(cpus[1].current, a.tcb);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[1].current, a.tcb);
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_START, NULL, 0x400000), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_SET_TLS, NULL, 0x1000), SG_BUSY);
    expect_equal(OBJECT(a.tcb, at, SG_NOTIFICATION_SIGNAL, NULL, 0), USER_PENDING);
    expect_equal(fact(bell, SG_INFO_COUNT), 0);
    expect_equal(fact(a.thread, SG_INFO_STATE), SG_THREAD_STOPPED);
    assert_null(cpus[1].current);
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_START, NULL, 0x400000), SG_OK);
    host_deliver_nudges();
    assert_ptr_equal(cpus[1].current, a.tcb);
    expect_equal(OBJECT(a.tcb, at, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(fact(bell, SG_INFO_COUNT), 1);
}

/* An exit from outside reaches the supervisor; a system call or fault of the thread that its CPU is in
   meanwhile changes nothing of that. */
static void exits_elsewhere(void **state)
{
    uint64_t faults = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct sg_message message = {.receive_length = sizeof(struct sg_fault)};
    struct operation receive = {.opcode = SG_OP_RECV, .flags = SG_SUBMIT_ARENA, .handle = faults};
    uint64_t client;

    (void)state;
    expect_equal(OBJECT(fixture.init, faults, SG_ENDPOINT_MINT, &client, 7, SG_RIGHTS_ALL), SG_OK);
    struct process a = fixture_process(client);
    assert_ptr_equal(cpus[1].current, a.tcb);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_EXIT, NULL, 5), SG_OK);
    expect_equal(a.tcb->state, SG_THREAD_FAULTED);
    user_fault(a.tcb, SG_FAULT_PAGE, 1, 2);
    expect_equal(a.tcb->state, SG_THREAD_FAULTED);
    assert_null(cpus[1].current);
    memcpy(receive.word, &message, sizeof(message));
    expect_equal(user_invoke(fixture.init, &receive), sizeof(struct sg_fault));
    const struct sg_fault *fault = (const struct sg_fault *)user_arena(fixture.init);
    expect_equal(fault->cause, SG_FAULT_EXIT);
    expect_equal(fault->code, 5);
}

static void destroys_elsewhere(void **state)
{
    struct process a = fixture_process(0);

    (void)state;
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, a.aspace, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, a.aspace, SG_DESTROY, NULL, 0), SG_AGAIN);
    assert_ptr_equal(cpus[1].current, a.tcb);
    assert_ptr_equal(host.cpu[1].tables, &a.tcb->aspace->tables);
    host_deliver_nudges();
    assert_null(cpus[1].current);
    expect_equal(fixture_destroy(a.aspace), SG_OK);
    expect_equal(a.tcb->state, SG_THREAD_UNBOUND);
}

/* A server works on its caller's CPU and time. When the caller dies it goes on on its own, but not on
   another CPU before this one has let go of it, even if there is one with nothing to do. */
static void loses_the_time_it_works_on(void **state)
{
    struct talk talk;
    uint64_t bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    talk_start(&talk);
    uint64_t at = fixture_give(&talk.server.process, bell, SG_RIGHTS_ALL);
    expect_equal(pin(&talk.client.process, 1), SG_OK);
    expect_equal(pin(&talk.server.process, 2), SG_OK);
    expect_equal(side_receive(&talk.server), USER_PENDING);
    expect_equal(side_call(&talk.client, 1, "do it", 5), USER_PENDING);
    assert_ptr_equal(cpus[1].current, talk.server.thread);
    assert_null(cpus[2].current);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, talk.client.process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[1].current, talk.server.thread);
    expect_equal(talk.server.thread->home->cpu, 1);
    assert_null(cpus[2].current);
    assert_false(host.cpu[2].is_nudged);
    /* Its CPU has not noticed: what it asks for now is done, and then it is where it belongs. */
    expect_equal(OBJECT(talk.server.thread, at, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(fact(bell, SG_INFO_COUNT), 1);
    assert_null(cpus[1].current);
    host_deliver_nudges();
    assert_ptr_equal(cpus[2].current, talk.server.thread);
    expect_equal(side_reply(&talk.server, SG_TOKEN_REGISTERS, 0, "done", 4), SG_PEER_GONE);
    expect_equal(side_receive(&talk.server), USER_PENDING);
    assert_null(cpus[2].current);
}

/* The same, and the server calls on: the short way is not for a thread whose time was taken. */
static void calls_on_without_the_time_it_worked_on(void **state)
{
    struct talk talk, other;

    (void)state;
    talk_start(&talk);
    talk_start(&other);
    uint64_t client;
    expect_equal(OBJECT(fixture.init, other.endpoint, SG_ENDPOINT_MINT, &client, 3, SG_RIGHTS_ALL),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, other.client.process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    struct side caller = talk.server;
    caller.handle = fixture_give(&talk.server.process, client, SG_RIGHTS_ALL);
    expect_equal(pin(&talk.client.process, 1), SG_OK);
    expect_equal(side_receive(&other.server), USER_PENDING);
    expect_equal(side_receive(&talk.server), USER_PENDING);
    expect_equal(side_call(&talk.client, 1, "do it", 5), USER_PENDING);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, talk.client.process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[1].current, talk.server.thread);
    expect_equal(side_call(&caller, 1, "go on", 5), USER_PENDING);
    host_deliver_nudges();
    host.holds_nudges = false;
    struct received received = side_result(&other.server);
    expect_equal(received.badge, 3);
    expect_equal(side_reply(&other.server, received.token, 0, "done", 4), SG_OK);
    expect_equal(side_result(&caller).result, 4);
}

/* The same, and what it calls works on the time of the server: where that may be, and not on the CPU whose
   registers kept it. */
static void calls_on_where_it_may_run(void **state)
{
    struct talk talk, other;
    uint64_t client;

    (void)state;
    talk_start(&talk);
    talk_start(&other);
    expect_equal(OBJECT(fixture.init, other.endpoint, SG_ENDPOINT_MINT, &client, 3, SG_RIGHTS_ALL),
                 SG_OK);
    struct side caller = talk.server;
    caller.handle = fixture_give(&talk.server.process, client, SG_RIGHTS_ALL);
    expect_equal(pin(&talk.client.process, 1), SG_OK);
    expect_equal(pin(&talk.server.process, 2), SG_OK);
    expect_equal(OBJECT(fixture.init, other.client.process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    expect_equal(side_receive(&other.server), USER_PENDING);
    expect_equal(side_receive(&talk.server), USER_PENDING);
    expect_equal(side_call(&talk.client, 1, "do it", 5), USER_PENDING);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, talk.client.process.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[1].current, talk.server.thread);
    expect_equal(side_call(&caller, 1, "go on", 5), USER_PENDING);
    assert_ptr_equal(thread_sched(other.server.thread), sched_of(&talk.server.process));
    assert_ptr_not_equal(cpus[1].sched, sched_of(&talk.server.process));
    host_deliver_nudges();
    assert_ptr_equal(cpus[2].current, other.server.thread);
}

/* A CPU that was told to come for somebody, and finds something of its own to do, sends the next. */
static void sends_another_when_it_has_no_time(void **state)
{
    uint64_t bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct process sleeper = hog(1);
    struct process urgent = fixture_process(0);
    uint64_t at = fixture_give(&urgent, bell, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(OBJECT(urgent.tcb, at, SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    expect_equal(place(&urgent, 0, SG_CLASS_INTERACTIVE), SG_OK);
    expect_equal(pin(&urgent, 0), SG_OK);
    expect_equal(user_enter(sleeper.tcb, 0, 1, host.now_ns + 1000, SG_CALL_UNTIL), USER_PENDING);
    expect_equal(machine.idle_cpus, 6);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, bell, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    expect_equal(machine.idle_cpus, 4);
    user_advance(1000);
    assert_ptr_equal(cpus[1].current, sleeper.tcb);
    host_deliver_nudges();
    assert_ptr_equal(cpus[2].current, fixture.init);
}

/* What can wait interrupts a CPU so many times in a row, and then at a bounded rate; what is urgent
   always does. */
static void interrupts_at_a_bounded_rate(void **state)
{
    struct process victim = hog(1);
    struct process noise = hog(1);
    uint32_t before;

    (void)state;
    user_run(victim.tcb);
    expect_equal(OBJECT(fixture.init, noise.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    user_advance(100000000);
    before = cpus[1].nudges;
    for (uint32_t i = 0; i < 100; i++) {
        expect_equal(OBJECT(fixture.init, noise.thread, SG_THREAD_START, NULL, 0x400000), SG_OK);
        expect_equal(OBJECT(fixture.init, noise.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
        assert_ptr_equal(cpus[1].current, victim.tcb);
    }
    assert_in_range(cpus[1].nudges - before, 1, 17);
    /* It is not forgotten: the slice of who runs comes to its end. */
    expect_equal(OBJECT(fixture.init, noise.thread, SG_THREAD_START, NULL, 0x400000), SG_OK);
    user_advance(10000000);
    user_run(fixture.init);
    assert_true(sched_of(&noise)->consumed_ns > 0);
    before = cpus[1].nudges;
    for (uint32_t i = 0; i < 30; i++) {
        expect_equal(OBJECT(fixture.init, victim.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
        assert_ptr_not_equal(cpus[1].current, victim.tcb);
        expect_equal(OBJECT(fixture.init, victim.thread, SG_THREAD_START, NULL, 0x400000), SG_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST_CPUS(forgets_what_was_unmapped),
        KERNEL_TEST_CPUS(stops_elsewhere),
        KERNEL_TEST_CPUS(exits_elsewhere),
        KERNEL_TEST_CPUS(destroys_elsewhere),
        KERNEL_TEST_CPUS(loses_the_time_it_works_on),
        KERNEL_TEST_CPUS(calls_on_without_the_time_it_worked_on),
        KERNEL_TEST_CPUS(calls_on_where_it_may_run),
        KERNEL_TEST_CPUS(sends_another_when_it_has_no_time),
        KERNEL_TEST_CPUS(interrupts_at_a_bounded_rate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
