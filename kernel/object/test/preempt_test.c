/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts for drivers of a higher class: who runs then, and who goes on after. */
#include "placing.h"

#include <stdlib.h>

static uint64_t wait_for_line(struct process *driver, uint32_t line)
{
    uint64_t irq =
        fixture_create(SG_TYPE_IRQ, sg_handle_word(fixture.info->irq_control), line, SG_IRQ_EDGE);
    uint64_t at = fixture_give(driver, irq, SG_RIGHTS_ALL);

    expect_equal(place(driver, SG_CLASS_INTERACTIVE, 100, 0, 0), SG_OK);
    expect_equal(OBJECT(driver->tcb, at, SG_IRQ_ACK, NULL, 0), SG_OK);
    expect_equal(OBJECT(driver->tcb, at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    return at;
}

/* An interrupt lets its driver run at once, and whoever is interrupted goes on before its equals, if it has
   some of its slice left. Who slept meanwhile is not far behind. An interrupt for a driver of the same
   class, or one that no longer is of a higher one, ends no slice. */
static void preempts_at_once(void **state)
{
    struct process one = fixture_process(0);
    struct process two = fixture_process(0);
    struct process busy = fixture_process(0);
    struct process sleeper = fixture_process(0);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t two_bell = fixture_give(&two, bell, SG_RIGHTS_ALL);
    uint64_t busy_at = wait_for_line(&busy, 5);
    uint64_t sleeper_at = wait_for_line(&sleeper, 6);
    init_waits();
    user_run(two.tcb);
    user_run(one.tcb);
    for (uint32_t i = 0; i < 41; i++) {
        user_interrupt(5);
        assert_ptr_equal(cpus[0].current, busy.tcb);
        user_advance(SLICE_NS / 2);
        expect_equal(OBJECT(busy.tcb, busy_at, SG_IRQ_ACK, NULL, 0), SG_OK);
        expect_equal(OBJECT(busy.tcb, busy_at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
        assert_ptr_equal(cpus[0].current, one.tcb);
    }
    user_interrupt(6);
    assert_ptr_equal(cpus[0].current, sleeper.tcb);
    user_interrupt(5);
    assert_ptr_equal(cpus[0].current, sleeper.tcb);
    user_advance(SLICE_NS);
    assert_ptr_equal(cpus[0].current, busy.tcb);
    expect_equal(OBJECT(busy.tcb, busy_at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    expect_equal(OBJECT(sleeper.tcb, sleeper_at, SG_IRQ_ACK, NULL, 0), SG_OK);
    expect_equal(OBJECT(sleeper.tcb, sleeper_at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, one.tcb);
    host.now_ns += SLICE_NS;
    user_interrupt(6);
    expect_equal(OBJECT(sleeper.tcb, sleeper_at, SG_IRQ_ACK, NULL, 0), SG_OK);
    expect_equal(OBJECT(sleeper.tcb, sleeper_at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, two.tcb);
    init_goes_on(&two, two_bell);
    expect_equal(place(&sleeper, SG_CLASS_NORMAL, 100, 0, 0), SG_OK);
    init_waits();
    user_run(two.tcb);
    user_interrupt(6);
    assert_ptr_equal(cpus[0].current, two.tcb);
}

/* Drivers and those they interrupt in whatever order: who runs is of the highest class there is (the walker
   looks), each interrupt arrives once, and of equals nobody is left behind. */
static void preempts_in_any_order(void **state)
{
    struct process process[4];
    uint64_t at[2], arrived[2] = {0}, seen[2] = {0}, value;
    bool waits[2] = {true, true};

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    for (uint32_t i = 0; i < 4; i++)
        process[i] = fixture_process(0);
    for (uint32_t i = 0; i < 2; i++)
        at[i] = wait_for_line(&process[i], 5 + i);
    init_waits();
    srand(1);
    for (uint32_t step = 0; step < 20000; step++) {
        user_advance((uint64_t)rand() % (rand() % 8 == 0 ? 2 * SLICE_NS : SLICE_NS / 64));
        if (rand() % 4 == 0) {
            uint32_t line = (uint32_t)rand() % 2;

            if (host.line[5 + line].is_masked)
                continue; /* what comes now is remembered by the port */
            arrived[line]++;
            user_interrupt(5 + line);
        }
        struct thread *current = cpus[0].current;
        uint32_t who = 0;
        while (process[who].tcb != current)
            who++;
        if (who >= 2)
            continue;
        if (waits[who])
            seen[who] += user_result(current).value;
        waits[who] = false;
        if (rand() % 16 == 0)
            continue;
        if (host.line[5 + who].is_masked)
            expect_equal(OBJECT(current, at[who], SG_IRQ_ACK, NULL, 0), SG_OK);
        waits[who] = OBJECT(current, at[who], SG_IRQ_WAIT, &value, 0) == USER_PENDING;
        seen[who] += waits[who] ? 0 : value;
    }
    for (uint32_t i = 0; i < 2; i++) {
        assert_in_range(arrived[i] - seen[i], 0, 1); /* the last may be on its way */
        assert_true(seen[i] > 1000);
    }
    uint64_t one_ns = sched_consumed_ns(process[2].tcb->home);
    uint64_t other_ns = sched_consumed_ns(process[3].tcb->home);
    assert_in_range(one_ns, other_ns - 2 * SLICE_NS, other_ns + 2 * SLICE_NS);
}

/* A preempted thread goes on where it was, with the rest of its slice; one that yields goes last. */
static void keeps_its_turn_when_preempted(void **state)
{
    struct process one = fixture_process(0);
    struct process two = fixture_process(0);
    struct process urgent = fixture_process(0);

    (void)state;
    bell = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t at = wait_for_line(&urgent, 5);
    init_waits();
    user_run(two.tcb);
    user_run(one.tcb);
    user_advance(SLICE_NS / 2);
    assert_ptr_equal(cpus[0].current, one.tcb);
    user_interrupt(5);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    user_advance(SLICE_NS);
    assert_ptr_equal(cpus[0].current, urgent.tcb);
    expect_equal(OBJECT(urgent.tcb, at, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    assert_ptr_equal(cpus[0].current, one.tcb);
    user_advance(SLICE_NS / 2 - 1);
    assert_ptr_equal(cpus[0].current, one.tcb);
    user_advance(1);
    assert_ptr_equal(cpus[0].current, two.tcb);
    expect_equal(OBJECT(two.tcb, 0, SG_THREAD_YIELD, NULL, 0), SG_OK);
    assert_ptr_equal(cpus[0].current, one.tcb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(preempts_at_once),
        KERNEL_TEST(preempts_in_any_order),
        KERNEL_TEST(keeps_its_turn_when_preempted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
