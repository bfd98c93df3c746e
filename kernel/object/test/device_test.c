/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines and I/O ports. */
#include "kernel_test.h"

static uint64_t make_irq(uint32_t line)
{
    return fixture_create(SG_TYPE_IRQ, sg_handle_word(fixture.info->irq_control), line,
                          SG_IRQ_EDGE);
}

static int create(uint32_t type, uint64_t p0, uint64_t p1, uint64_t p2)
{
    return OBJECT(fixture.init, fixture.untyped, SG_UNTYPED_CREATE, NULL, type, fixture.next, p0,
                  p1, p2);
}

/* From its interrupt to the ACK a line is masked; what comes meanwhile is delivered after. */
static void masks_until_acknowledged(void **state)
{
    struct process driver = fixture_process(0);
    uint64_t irq = fixture_give(&driver, make_irq(4), SG_RIGHTS_ALL);
    uint64_t value;

    (void)state;
    assert_true(host.line[4].is_masked); /* until the first ACK */
    user_interrupt(4);
    expect_equal(OBJECT(driver.tcb, irq, SG_INFO, &value, SG_INFO_COUNT), SG_OK);
    expect_equal(value, 4);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK); /* lets it through */
    assert_true(host.line[4].is_masked);
    for (uint32_t i = 0; i < 3; i++)
        user_interrupt(4);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_WAIT, &value, 0), SG_OK);
    expect_equal(value, 1);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK); /* what came meanwhile */
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_WAIT, &value, 0), SG_OK);
    expect_equal(value, 1);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK); /* nothing to do */
    assert_false(host.line[4].is_masked);
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    user_interrupt(4);
    expect_equal(user_result(driver.tcb).value, 1);
}

/* Every interrupt of a loop of wait and acknowledge arrives. */
static void loses_none(void **state)
{
    struct process driver = fixture_process(0);
    uint64_t irq = fixture_give(&driver, make_irq(7), SG_RIGHTS_ALL);
    uint64_t seen = 0;
    uint64_t value;

    (void)state;
    expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK);
    for (uint32_t i = 0; i < 50; i++) {
        if (i % 3 != 0)
            user_interrupt(7);
        if (OBJECT(driver.tcb, irq, SG_IRQ_WAIT, &value, 0) == USER_PENDING) {
            user_interrupt(7);
            value = user_result(driver.tcb).value;
        }
        seen += value;
        expect_equal(OBJECT(driver.tcb, irq, SG_IRQ_ACK, NULL, 0), SG_OK);
    }
    expect_equal(seen, 50);
}

static void opens_a_line_once(void **state)
{
    uint64_t control = sg_handle_word(fixture.info->irq_control);
    uint64_t irq = make_irq(9);
    uint64_t value;
    uint64_t weak;

    (void)state;
    expect_equal(create(SG_TYPE_IRQ, control, 9, SG_IRQ_EDGE), SG_BUSY);
    expect_equal(create(SG_TYPE_IRQ, control, HOST_LINES, SG_IRQ_EDGE), SG_BAD_ARGUMENT);
    expect_equal(create(SG_TYPE_IRQ, control, 256, SG_IRQ_EDGE), SG_BAD_ARGUMENT);
    expect_equal(create(SG_TYPE_IRQ, control, UINT64_C(1) << 32, SG_IRQ_EDGE), SG_BAD_ARGUMENT);
    expect_equal(create(SG_TYPE_IRQ, control, 10, SG_IRQ_LEVEL_LOW + 1), SG_BAD_ARGUMENT);
    expect_equal(create(SG_TYPE_IRQ, irq, 10, SG_IRQ_EDGE), SG_BAD_TYPE);
    expect_equal(create(SG_TYPE_IRQ, 0, 10, SG_IRQ_EDGE), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, control, SG_COPY, &weak,
                        SG_RIGHTS_ALL & ~SG_BIT(SG_IRQ_CONTROL_CREATE), 0),
                 SG_OK);
    expect_equal(create(SG_TYPE_IRQ, weak, 10, SG_IRQ_EDGE), SG_DENIED);
    expect_equal(OBJECT(fixture.init, irq, SG_INFO, &value, SG_INFO_COUNT), SG_OK);
    expect_equal(value, 9);
    /* Freed with the object, also when somebody waits. */
    struct process driver = fixture_process(0);
    uint64_t own = fixture_give(&driver, irq, SG_RIGHTS_ALL);
    expect_equal(OBJECT(driver.tcb, own, SG_IRQ_WAIT, NULL, 0), USER_PENDING);
    expect_equal(fixture_destroy(irq), SG_OK);
    expect_equal(user_result(driver.tcb).status, SG_PEER_GONE);
    assert_false(host.line[9].is_open);
    user_interrupt(9); /* nobody's */
    host.line[9].is_pending = false;
    irq = make_irq(9);
    assert_true(host.line[9].is_open);
}

static void reads_and_writes_ports(void **state)
{
    uint64_t all = sg_handle_word(fixture.info->ioport);
    uint64_t serial = fixture_create(SG_TYPE_IOPORT, all, 0x3f8, 8);
    uint64_t value;

    (void)state;
    host.port[0x3fa] = 0x5a;
    host.port[0x3fb] = 0xa5;
    expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_IN, &value, 0x3fa, 1), SG_OK);
    expect_equal(value, 0x5a);
    expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_IN, &value, 0x3fa, 2), SG_OK);
    expect_equal(value, 0xa55a);
    expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_OUT, NULL, 0x3f8, 4, 0x12345678), SG_OK);
    expect_equal(host.port[0x3f8], 0x78);
    expect_equal(host.port[0x3fb], 0x12);
    uint32_t accesses = host.port_accesses;
    static const uint64_t bad[][2] = {
        {0x3f7, 1},   {0x400, 1}, {0x3ff, 2},          {0x3fd, 4},          {0x3f8, 0},
        {0x3f8, 3},   {0x3f8, 8}, {0x3f8, UINT64_MAX}, {UINT64_MAX, 1},     {UINT64_MAX, 4},
        {0x103f8, 1}, {0, 1},     {0x1000003f8, 1},    {0x3f8, 0x100000001}};
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_IN, NULL, bad[i][0], bad[i][1]),
                     SG_BAD_ARGUMENT);
        expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_OUT, NULL, bad[i][0], bad[i][1], 1),
                     SG_BAD_ARGUMENT);
    }
    expect_equal(host.port_accesses, accesses);
    expect_equal(OBJECT(fixture.init, all, SG_IOPORT_OUT, NULL, 0xffff, 1, 7), SG_OK);
    expect_equal(OBJECT(fixture.init, all, SG_IOPORT_OUT, NULL, 0xffff, 2, 7), SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, serial, SG_IOPORT_CARVE, NULL, 0), SG_BAD_OPERATION);
}

static void carves_ports(void **state)
{
    uint64_t all = sg_handle_word(fixture.info->ioport);
    uint64_t some = fixture_create(SG_TYPE_IOPORT, all, 0x100, 16);
    uint64_t weak;

    (void)state;
    static const uint64_t bad[][2] = {{0x100, 0},  {0xff, 1},       {0x110, 1},         {0x10f, 2},
                                      {0x100, 17}, {UINT64_MAX, 1}, {0x100, UINT64_MAX}};
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect_equal(create(SG_TYPE_IOPORT, some, bad[i][0], bad[i][1]), SG_BAD_ARGUMENT);
    expect_equal(
        OBJECT(fixture.init, some, SG_COPY, &weak, SG_RIGHTS_ALL & ~SG_BIT(SG_IOPORT_CARVE), 0),
        SG_OK);
    expect_equal(create(SG_TYPE_IOPORT, weak, 0x100, 1), SG_DENIED);
    expect_equal(create(SG_TYPE_IOPORT, sg_handle_word(fixture.info->cpu[0]), 0x100, 1),
                 SG_BAD_TYPE);
    uint64_t one = fixture_create(SG_TYPE_IOPORT, some, 0x10f, 1);
    expect_equal(OBJECT(fixture.init, one, SG_IOPORT_OUT, NULL, 0x10f, 1, 3), SG_OK);
    expect_equal(host.port[0x10f], 3);
    /* A part outlives the whole: it is an object of its own. */
    expect_equal(fixture_destroy(some), SG_OK);
    expect_equal(OBJECT(fixture.init, one, SG_IOPORT_OUT, NULL, 0x10f, 1, 4), SG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(masks_until_acknowledged),
        KERNEL_TEST(loses_none),
        KERNEL_TEST(opens_a_line_once),
        KERNEL_TEST(reads_and_writes_ports),
        KERNEL_TEST(carves_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
