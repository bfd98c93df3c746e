/* SPDX-License-Identifier: BSD-2-Clause */
/* Three CPUs: who runs where, and who comes where. */
#include "cpus.h"

static void spreads_over_cpus_with_nothing_to_do(void **state)
{
    struct process a = fixture_process(0);
    struct process b = fixture_process(0);
    struct process c = fixture_process(0);

    (void)state;
    assert_ptr_equal(cpus[0].current, fixture.init);
    assert_ptr_equal(cpus[1].current, a.tcb);
    assert_ptr_equal(cpus[2].current, b.tcb);
    assert_true(sched_of(&c)->is_queued);
    expect_equal(machine.idle_cpus, 0);
    expect_equal(OBJECT(a.tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[1].current, c.tcb);
}

static void wakes_another_cpu(void **state)
{
    uint64_t bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct process a = fixture_process(0);
    uint64_t at = fixture_give(&a, bell, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(OBJECT(a.tcb, at, SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    assert_null(cpus[1].current);
    host.holds_nudges = true;
    expect_equal(OBJECT(fixture.init, bell, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_null(cpus[1].current);
    assert_true(host.cpu[1].is_nudged);
    /* A second signal finds nobody, and interrupts nobody. */
    expect_equal(OBJECT(fixture.init, bell, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(fact(cpu_handle(1), SG_INFO_NUDGES), cpus[1].nudges);
    uint32_t nudges = cpus[1].nudges;
    host_deliver_nudges();
    assert_ptr_equal(cpus[1].current, a.tcb);
    expect_equal(user_result(a.tcb).value, 1);
    expect_equal(cpus[1].nudges, nudges);
}

static void takes_over_one_at_a_time(void **state)
{
    struct process hogs[2] = {hog(1), hog(2)};
    struct process waiting[3] = {fixture_process(0), fixture_process(0), fixture_process(0)};

    (void)state;
    expect_equal(machine.idle_cpus, 0);
    for (uint32_t i = 0; i < 3; i++)
        expect_equal(sched_of(&waiting[i])->cpu, 0);
    expect_equal(pin(&waiting[0], 0), SG_OK);
    expect_equal(OBJECT(hogs[0].tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    expect_equal(fact(cpu_handle(1), SG_INFO_STOLEN), 1);
    assert_true(cpus[1].current == waiting[1].tcb || cpus[1].current == waiting[2].tcb);
    expect_equal(sched_of(&waiting[0])->cpu, 0);
    expect_equal(OBJECT(hogs[1].tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    expect_equal(fact(cpu_handle(2), SG_INFO_STOLEN), 1);
    /* Nobody else may move. */
    user_run(cpus[1].current);
    expect_equal(OBJECT(cpus[1].current, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    assert_null(cpus[1].current);
    expect_equal(fact(cpu_handle(1), SG_INFO_STOLEN), 1);
}

/* The highest class goes first, wherever it waits. */
static void takes_the_highest_class_over(void **state)
{
    struct process hogs[2] = {hog(1), hog(2)};
    struct process low = fixture_process(0);
    struct process high = fixture_process(0);

    (void)state;
    expect_equal(place(&low, 0, SG_CLASS_IDLE), SG_OK);
    expect_equal(OBJECT(hogs[0].tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[1].current, high.tcb);
    assert_true(sched_of(&low)->is_queued);
    expect_equal(OBJECT(hogs[1].tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[2].current, low.tcb);
}

static void moves_when_pinned(void **state)
{
    struct process a = fixture_process(0);

    (void)state;
    assert_ptr_equal(cpus[1].current, a.tcb);
    host.holds_nudges = true;
    expect_equal(pin(&a, 2), SG_OK);
    assert_ptr_equal(cpus[1].current, a.tcb); /* its registers are still there */
    host_deliver_nudges();
    assert_null(cpus[1].current);
    assert_ptr_equal(cpus[2].current, a.tcb);
    expect_equal(sched_of(&a)->cpus, 1u << 2);
    expect_equal(place(&a, 0, SG_CLASS_NORMAL), SG_OK);
    expect_equal(sched_of(&a)->cpus, 1u << 2 | 1u << 0);
}

/* Who may run on some CPUs only makes scheds that may run there only. */
static void inherits_cpus(void **state)
{
    struct process a = fixture_process(0);
    uint64_t untyped = fixture_give(&a, fixture_untyped(4), SG_RIGHTS_ALL);
    uint64_t sched;

    (void)state;
    expect_equal(pin(&a, 1), SG_OK);
    expect_equal(OBJECT(a.tcb, untyped, SG_UNTYPED_CREATE, &sched, SG_TYPE_SCHED, 1), SG_OK);
    expect_equal(sched_at(fixture_object(a.tcb, sched))->cpus, 1u << 1);
}

/* The CPU that arms the first deadline keeps the deadlines, for threads of every CPU. */
static void keeps_deadlines_across_cpus(void **state)
{
    struct process a = fixture_process(0);
    struct process b = fixture_process(0);

    (void)state;
    expect_equal(user_enter(a.tcb, 0, 1, host.now_ns + 5000000, SG_CALL_UNTIL), USER_PENDING);
    assert_ptr_equal(machine.timekeeper, &cpus[1]);
    expect_equal(host.cpu[1].armed_ns, host.now_ns + 5000000);
    expect_equal(user_enter(b.tcb, 0, 1, host.now_ns + 9000000, SG_CALL_UNTIL), USER_PENDING);
    assert_ptr_equal(machine.timekeeper, &cpus[1]);
    expect_equal(user_enter(fixture.init, 0, 1, host.now_ns + 1000000, SG_CALL_UNTIL),
                 USER_PENDING);
    assert_ptr_equal(machine.timekeeper, &cpus[0]);
    user_advance(1000000);
    assert_ptr_equal(cpus[0].current, fixture.init);
    user_advance(4000000);
    assert_true(user_returned(a.tcb));
    assert_false(user_returned(b.tcb));
    user_advance(4000000);
    assert_true(user_returned(b.tcb));
}

/* Alone on a CPU of its own, a thread is never interrupted by a timer. */
static void keeps_a_cpu_for_one(void **state)
{
    struct process a = fixture_process(0);
    struct process others[4] = {fixture_process(0), fixture_process(0), fixture_process(0),
                                fixture_process(0)};

    (void)state;
    expect_equal(keep(&a, 0), SG_BAD_ARGUMENT);
    expect_equal(user_enter(a.tcb, 0, 1, host.now_ns + 900000000, SG_CALL_UNTIL), USER_PENDING);
    expect_equal(keep(&a, 1), SG_OK);
    expect_equal(keep(&others[0], 1), SG_BUSY);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(sched_of(&others[i])->cpu != 1);
    assert_ptr_not_equal(machine.timekeeper, &cpus[1]);
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_STOP, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, a.thread, SG_THREAD_START, NULL, 0x400000), SG_OK);
    assert_ptr_equal(cpus[1].current, a.tcb);
    user_advance(10000000); /* a timer that was armed before may come once */
    expect_equal(host.cpu[1].armed_ns, UINT64_MAX);
    user_advance(100000000);
    expect_equal(host.cpu[1].armed_ns, UINT64_MAX);
    assert_ptr_equal(cpus[1].current, a.tcb);
    expect_equal(OBJECT(fixture.init, cpu_handle(1), SG_CPU_SHARE, NULL, 0), SG_OK);
    expect_equal(OBJECT(a.tcb, 0, SG_THREAD_EXIT, NULL, 0), USER_PENDING);
    assert_non_null(cpus[1].current);
}

static void keeps_a_cpu_as_long_as_the_lease(void **state)
{
    struct process a = fixture_process(0);
    uint64_t lease;
    uint64_t derived;

    (void)state;
    expect_equal(OBJECT(fixture.init, cpu_handle(2), SG_LEASE, &lease, SG_RIGHTS_ALL,
                        fixture.untyped, fixture.next++),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, lease, SG_LEASE_DERIVE, &derived, SG_RIGHTS_ALL), SG_OK);
    expect_equal(OBJECT(fixture.init, derived, SG_CPU_KEEP, NULL, a.sched), SG_OK);
    expect_equal(machine.open_cpus, 3);
    expect_equal(fixture_destroy(lease), SG_OK);
    expect_equal(machine.open_cpus, 7);
    expect_equal(OBJECT(fixture.init, derived, SG_CPU_KEEP, NULL, a.sched), SG_BAD_HANDLE);
    /* And as long as the sched. */
    expect_equal(keep(&a, 2), SG_OK);
    expect_equal(machine.open_cpus, 3);
    expect_equal(fixture_destroy(a.untyped), SG_OK);
    expect_equal(machine.open_cpus, 7);
}

static void keeps_no_cpu_where_somebody_has_to_stay(void **state)
{
    struct process a = fixture_process(0);
    struct process stays[2] = {hog(1), hog(1)};

    (void)state;
    expect_equal(keep(&a, 1), SG_BUSY);
    expect_equal(machine.open_cpus, 7);
    for (uint32_t i = 0; i < 2; i++)
        expect_equal(sched_of(&stays[i])->cpu, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST_CPUS(spreads_over_cpus_with_nothing_to_do),
        KERNEL_TEST_CPUS(wakes_another_cpu),
        KERNEL_TEST_CPUS(takes_over_one_at_a_time),
        KERNEL_TEST_CPUS(takes_the_highest_class_over),
        KERNEL_TEST_CPUS(moves_when_pinned),
        KERNEL_TEST_CPUS(inherits_cpus),
        KERNEL_TEST_CPUS(keeps_deadlines_across_cpus),
        KERNEL_TEST_CPUS(keeps_a_cpu_for_one),
        KERNEL_TEST_CPUS(keeps_a_cpu_as_long_as_the_lease),
        KERNEL_TEST_CPUS(keeps_no_cpu_where_somebody_has_to_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
