/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver on the host; the test plays the device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "@id@.h"
#include "@id@/v1/@id@.rpc.h"

#include <signet/test.h>

static struct @id@ program;
static struct sg_loop loop;
static struct sg_handle client, line;

/* The device: the register chosen last, and all of them. */
static struct device {
    uint32_t index;
    uint8_t value[128];
} device;

static enum sg_status play_device(void *self, uint16_t method, const uint64_t argument[5],
                                  uint64_t *value)
{
    struct device *played = self;

    if (method == SG_IOPORT_OUT && argument[0] == 0x70)
        played->index = (uint32_t)argument[2];
    else if (method == SG_IOPORT_OUT && argument[0] == 0x71)
        played->value[played->index] = (uint8_t)argument[2];
    else if (method == SG_IOPORT_IN && argument[0] == 0x71)
        *value = played->value[played->index];
    else
        return SG_BAD_ARGUMENT;
    return SG_OK;
}

static void interrupt(void *argument)
{
    (void)argument;
    sg_test_interrupt(line);
}

static int setup(void **state)
{
    (void)state;
    sg_test_begin();
    device = (struct device){0};
    struct sg_handle endpoint = sg_test_provide("@name@");
    client = sg_test_client(endpoint, 1, @id@_v1_@Name@_RIGHTS);
    line = sg_test_irq("interrupt");
    (void)sg_test_object("registers", SG_TYPE_IOPORT, play_device, &device);
    sg_loop_init(&loop, sg_own_ring());
    sg_test_loop(&loop);
    assert_int_equal(start_@id@(&program, &loop), SG_OK);
    return 0;
}

static void lets_the_device_interrupt(void **state)
{
    (void)state;
    assert_int_equal(device.value[11], 0x10);
    assert_true(sg_test_is_armed(line));
}

static void reads_registers(void **state)
{
    @id@_v1_ReadRequest request = {.index = 10};
    @id@_v1_ReadReply reply;

    (void)state;
    device.value[10] = 38;
    sg_test_expect(@id@_v1_@Name@_Read(client, &request, &reply), "SG_RPC_OK");
    assert_int_equal(reply.result, @id@_v1_Result_DONE);
    assert_int_equal(reply.value, 38);
    request.index = 128;
    sg_test_expect(@id@_v1_@Name@_Read(client, &request, &reply), "SG_RPC_OK");
    assert_int_equal(reply.result, @id@_v1_Result_NO_REGISTER);
}

static void answers_at_the_interrupt(void **state)
{
    @id@_v1_WaitRequest request = @id@_v1_WaitRequest_init_zero;
    @id@_v1_WaitReply reply;

    (void)state;
    sg_test_expect(@id@_v1_@Name@_Wait_within(client, 1000, &request, &reply), "SG_TIMED_OUT");
    sg_test_at(2000, interrupt, NULL);
    sg_test_expect(@id@_v1_@Name@_Wait(client, &request, &reply), "SG_RPC_OK");
    assert_int_equal(reply.interrupts, 1);
    assert_true(sg_test_is_armed(line));
}

static void refuses_too_many(void **state)
{
    @id@_v1_WaitRequest request = @id@_v1_WaitRequest_init_zero;
    @id@_v1_WaitReply reply;

    (void)state;
    for (uint32_t i = 0; i < @ID@_WAITING_MAX; i++)
        sg_test_expect(@id@_v1_@Name@_Wait_within(client, 1000, &request, &reply), "SG_TIMED_OUT");
    sg_test_expect(@id@_v1_@Name@_Wait(client, &request, &reply), "SG_RPC_OK");
    assert_int_equal(reply.result, @id@_v1_Result_TOO_MANY_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lets_the_device_interrupt, setup),
        cmocka_unit_test_setup(reads_registers, setup),
        cmocka_unit_test_setup(answers_at_the_interrupt, setup),
        cmocka_unit_test_setup(refuses_too_many, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
