/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: classes, weights, slices, budgets, and who runs when. */
#include "placing.h"

static uint64_t time_of(const struct process *process)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, process->sched, SG_INFO, &value, SG_INFO_CPU_NS), SG_OK);
    return value;
}

static void refuses_bad_placements(void **state)
{
    struct process process = fixture_process(0);

    (void)state;
    expect_equal(place(&process, 4, 100, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(place(&process, UINT32_MAX, 100, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 1, 0, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 1, SG_WEIGHT_MAX + 1, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 1, 100, 1000, 2000), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 3, 100, 0, 0), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 3, 100, 2001, 2000), SG_BAD_ARGUMENT);
    expect_equal(place(&process, 3, 100, 1, SG_PERIOD_MAX_NS + 1), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, cpu_handle(), SG_CPU_PLACE, NULL, process.thread, 1),
                 SG_BAD_TYPE);
    expect_equal(OBJECT(fixture.init, cpu_handle(), 9, NULL, 0), SG_BAD_OPERATION);
}

static void lowers_and_never_raises(void **state)
{
    struct process process = fixture_process(0);
    uint64_t value;

    (void)state;
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 2, 100), SG_DENIED);
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 1, 101), SG_DENIED);
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 4, 100),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 1, 0), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 0, 50), SG_OK);
    expect_equal(OBJECT(fixture.init, process.sched, SG_INFO, &value, SG_INFO_CLASS), SG_OK);
    expect_equal(value, SG_CLASS_IDLE);
    expect_equal(OBJECT(fixture.init, process.sched, SG_SCHED_LOWER, NULL, 1, 50), SG_DENIED);
    expect_equal(OBJECT(fixture.init, process.sched, 9, NULL, 0), SG_BAD_OPERATION);
    expect_equal(place(&process, SG_CLASS_INTERACTIVE, 300, 0, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, process.tcb);
}

/* Equals take turns of a length by their weight. */
static void shares_by_weight(void **state)
{
    struct process light = fixture_process(0);
    struct process heavy = fixture_process(0);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t at_light = fixture_give(&light, bell, SG_RIGHTS_ALL);
    expect_equal(place(&light, SG_CLASS_NORMAL, 100, 0, 0), SG_OK);
    expect_equal(place(&heavy, SG_CLASS_NORMAL, 300, 0, 0), SG_OK);
    uint64_t light_ns = time_of(&light);
    uint64_t heavy_ns = time_of(&heavy);
    init_waits();
    user_advance(40 * SLICE_NS);
    init_goes_on(&light, at_light);
    expect_equal(time_of(&light) - light_ns, 10 * SLICE_NS);
    expect_equal(time_of(&heavy) - heavy_ns, 30 * SLICE_NS);
}

/* Nobody interrupts a thread that runs alone. */
static void does_not_tick(void **state)
{
    struct process process = fixture_process(0);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t own = fixture_give(&process, bell, SG_RIGHTS_ALL);
    init_waits();
    assert_ptr_equal(cpus[0].current, process.tcb);
    user_advance(SLICE_NS); /* what was armed while there were two */
    expect_equal(host.cpu[0].armed_ns, UINT64_MAX);
    expect_equal(user_enter(process.tcb, 0, 1, SG_FOREVER, 0), USER_PENDING);
    assert_null(cpus[0].current);
    user_advance(SLICE_NS);
    expect_equal(host.cpu[0].armed_ns, UINT64_MAX);
    (void)own;
}

static void runs_the_highest_class(void **state)
{
    struct process process[4];
    uint64_t at[4];

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t door = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    for (uint32_t i = 0; i < 4; i++) {
        process[i] = fixture_process(0);
        at[i] = fixture_give(&process[i], door, SG_RIGHTS_ALL);
        expect_equal(OBJECT(process[i].tcb, at[i], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
        expect_equal(place(&process[i], i, 100, i == 3 ? 1000000 : 0, i == 3 ? 2000000 : 0), SG_OK);
    }
    /* Init is normal: whoever is above takes the CPU as soon as it is woken. */
    expect_equal(OBJECT(fixture.init, door, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, fixture.init); /* idle */
    expect_equal(OBJECT(fixture.init, door, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, fixture.init); /* normal */
    expect_equal(OBJECT(fixture.init, door, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, process[2].tcb);
    expect_equal(OBJECT(process[2].tcb, at[2], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, process[3].tcb);
    /* And they fall back in order. */
    expect_equal(OBJECT(process[3].tcb, at[3], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, process[2].tcb);
    expect_equal(OBJECT(process[2].tcb, at[2], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    init_waits();
    assert_ptr_equal(cpus[0].current, process[1].tcb);
    expect_equal(OBJECT(process[1].tcb, at[1], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, process[0].tcb);
    expect_equal(OBJECT(process[0].tcb, at[0], SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    assert_null(cpus[0].current);
}

/* Lowering oneself to what one is refills neither slice nor budget. */
static void gains_nothing_by_lowering(void **state)
{
    struct process greedy = fixture_process(0);
    struct process other = fixture_process(0);
    uint64_t own = fixture_give(&greedy, greedy.sched, SG_RIGHTS_ALL);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    init_waits();
    user_run(other.tcb);
    user_run(greedy.tcb);
    for (uint32_t i = 0; i < 4; i++) {
        assert_ptr_equal(cpus[0].current, greedy.tcb);
        user_advance(SLICE_NS / 4);
        if (cpus[0].current == greedy.tcb)
            expect_equal(OBJECT(greedy.tcb, own, SG_SCHED_LOWER, NULL, SG_CLASS_NORMAL, 100),
                         SG_OK);
    }
    assert_ptr_equal(cpus[0].current, other.tcb);
}

static void holds_to_its_budget(void **state)
{
    struct process urgent = fixture_process(0);
    struct process other = fixture_process(0);
    uint64_t own = fixture_give(&urgent, urgent.sched, SG_RIGHTS_ALL);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    user_run(other.tcb);
    user_run(fixture.init);
    expect_equal(place(&urgent, SG_CLASS_REALTIME, 100, 1000000, 100000000), SG_OK);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    user_advance(999999);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    expect_equal(thread_sched(urgent.tcb)->queued_class, SG_CLASS_REALTIME);
    expect_equal(OBJECT(urgent.tcb, own, SG_SCHED_LOWER, NULL, SG_CLASS_REALTIME, 100), SG_OK);
    user_advance(1);
    expect_equal(thread_sched(urgent.tcb)->queued_class, SG_CLASS_NORMAL);
    user_run(other.tcb);
    /* In the next period it is realtime again, whoever runs. */
    user_advance(99000000 - 1);
    expect_equal(thread_sched(urgent.tcb)->queued_class, SG_CLASS_NORMAL);
    user_advance(1);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    expect_equal(thread_sched(urgent.tcb)->queued_class, SG_CLASS_REALTIME);
}

/* Interactive time has no budget: who has one may give up being realtime, not the budget. */
static void does_not_lower_itself_out_of_its_budget(void **state)
{
    struct process urgent = fixture_process(0);
    uint64_t own = fixture_give(&urgent, urgent.sched, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(place(&urgent, SG_CLASS_REALTIME, 100, 1000000, 100000000), SG_OK);
    expect_equal(OBJECT(urgent.tcb, own, SG_SCHED_LOWER, NULL, SG_CLASS_INTERACTIVE, 100),
                 SG_DENIED);
    expect_equal(OBJECT(urgent.tcb, own, SG_SCHED_LOWER, NULL, SG_CLASS_NORMAL, 100), SG_OK);
}

/* The same when something of a class between the two never gives way. */
static void is_refilled_under_an_interactive_hog(void **state)
{
    struct process urgent = fixture_process(0);
    struct process hog = fixture_process(0);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    expect_equal(place(&hog, SG_CLASS_NORMAL, 100, 0, 0), SG_OK);
    uint64_t at = fixture_give(&hog, sg_handle_word(fixture.info->cpu[0]), SG_RIGHTS_ALL);
    uint64_t sched_urgent = fixture_give(&hog, urgent.sched, SG_RIGHTS_ALL);
    uint64_t sched_hog = fixture_give(&hog, hog.sched, SG_RIGHTS_ALL);
    expect_equal(OBJECT(hog.tcb, at, SG_CPU_PLACE, NULL, sched_hog,
                        SG_CLASS_INTERACTIVE | UINT64_C(100) << 32, 0, 0),
                 SG_OK);
    expect_equal(OBJECT(hog.tcb, at, SG_CPU_PLACE, NULL, sched_urgent,
                        SG_CLASS_REALTIME | UINT64_C(100) << 32, 1000000, 10000000),
                 SG_OK);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    user_advance(1000000);
    assert_ptr_equal(cpus[0].current, hog.tcb);
    user_advance(8999999);
    assert_ptr_equal(cpus[0].current, hog.tcb);
    user_advance(1);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    user_advance(105000000);
    uint64_t value;
    user_run(hog.tcb);
    expect_equal(OBJECT(hog.tcb, sched_urgent, SG_INFO, &value, SG_INFO_CPU_NS), SG_OK);
    expect_equal(value, 12000000); /* 1 ms of every 10 */
}

/* A sched may be placed while it runs, waits or is queued. */
static void is_placed_in_any_state(void **state)
{
    struct process process = fixture_process(0);
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t at = fixture_give(&process, object, SG_RIGHTS_ALL);
    uint64_t own_cpu = fixture_give(&process, cpu_handle(), SG_RIGHTS_ALL);
    uint64_t own_sched = fixture_give(&process, process.sched, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(place(&process, SG_CLASS_IDLE, 10, 0, 0), SG_OK); /* queued */
    expect_equal(thread_sched(process.tcb)->queued_class, SG_CLASS_IDLE);
    expect_equal(place(&process, SG_CLASS_NORMAL, 10, 0, 0), SG_OK);
    expect_equal(OBJECT(process.tcb, own_cpu, SG_CPU_PLACE, NULL, own_sched, /* running */
                        SG_CLASS_IDLE | UINT64_C(10) << 32, 0, 0),
                 SG_OK);
    assert_ptr_equal(cpus[0].current, fixture.init);
    expect_equal(place(&process, SG_CLASS_NORMAL, 10, 0, 0), SG_OK);
    expect_equal(OBJECT(process.tcb, at, SG_NOTIFICATION_WAIT, NULL, 0), USER_PENDING);
    expect_equal(place(&process, SG_CLASS_INTERACTIVE, 10, 0, 0), SG_OK); /* waiting */
    expect_equal(OBJECT(fixture.init, object, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, process.tcb);
}

static void tells_the_time(void **state)
{
    uint64_t value;

    (void)state;
    user_advance(12345);
    expect_equal(OBJECT(fixture.init, cpu_handle(), SG_CPU_NOW, &value, 0), SG_OK);
    expect_equal(value, 12345);
    expect_equal(OBJECT(fixture.init, cpu_handle(), SG_INFO, &value, SG_INFO_NOW_NS), SG_OK);
    expect_equal(value, 12345);
    expect_equal(OBJECT(fixture.init, cpu_handle(), SG_INFO, &value, SG_INFO_COUNT), SG_OK);
    expect_equal(value, 0);
    expect_equal(OBJECT(fixture.init, cpu_handle(), SG_INFO, &value, SG_INFO_PAGES),
                 SG_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(refuses_bad_placements),
        KERNEL_TEST(lowers_and_never_raises),
        KERNEL_TEST(shares_by_weight),
        KERNEL_TEST(does_not_tick),
        KERNEL_TEST(runs_the_highest_class),
        KERNEL_TEST(gains_nothing_by_lowering),
        KERNEL_TEST(holds_to_its_budget),
        KERNEL_TEST(does_not_lower_itself_out_of_its_budget),
        KERNEL_TEST(is_refilled_under_an_interactive_hog),
        KERNEL_TEST(is_placed_in_any_state),
        KERNEL_TEST(tells_the_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
