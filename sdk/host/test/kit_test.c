/* SPDX-License-Identifier: BSD-2-Clause */
/* The kit, by a service whose every kind of wait is used once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sample/v1/sample.rpc.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "signet/test.h"

#define LATER_NS UINT64_C(5000)

/* The program under test. */
static struct program {
    struct sg_loop loop;
    struct sg_watch watch;
    struct sg_timer timer;
    struct sg_held_call waiting; /* a Last that the timer answers */
    uint64_t interrupts;
    uint64_t last_badge;
} program;

enum sg_rpc_status signet_sample_v1_Sample_Add_handle(void *self, struct sg_call *call,
                                                      const signet_sample_v1_AddRequest *request,
                                                      signet_sample_v1_AddReply *reply)
{
    ((struct program *)self)->last_badge = call->badge;
    reply->sum = (uint64_t)request->a + request->b;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Draw_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_DrawRequest *request,
                                                       signet_sample_v1_DrawReply *reply)
{
    (void)self;
    (void)call;
    reply->picture.size = sizeof reply->picture.bytes;
    memset(reply->picture.bytes, request->name[0], sizeof reply->picture.bytes);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Last_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_Nothing *request,
                                                       signet_sample_v1_Nothing *reply)
{
    (void)self;
    (void)request;
    (void)reply;
    program.waiting = sg_call_hold(call);
    sg_loop_timer(&program.loop, LATER_NS, &program.timer);
    return SG_RPC_LATER;
}

static void answer_late(struct sg_timer *timer)
{
    static const signet_sample_v1_Nothing nothing;

    (void)timer;
    assert_int_equal(signet_sample_v1_Sample_Last_reply(&program.waiting, SG_RPC_OK, &nothing),
                     SG_OK);
}

static void interrupted(struct sg_watch *watch, uint64_t count)
{
    program.interrupts += count;
    (void)sg_irq_ack(watch->handle);
}

static struct sg_handle endpoint, irq;
static uint64_t port;

static enum sg_status play_port(void *self, uint16_t method, const uint64_t argument[5],
                                uint64_t *value)
{
    assert_ptr_equal(self, &port);
    assert_int_equal(argument[0], 0x70);
    if (method == SG_IOPORT_IN)
        *value = port;
    else
        port = argument[2];
    return SG_OK;
}

static int setup(void **state)
{
    (void)state;
    sg_test_begin();
    memset(&program, 0, sizeof program);
    endpoint = sg_test_provide("sample");
    irq = sg_test_irq("interrupt");
    (void)sg_test_object("registers", SG_TYPE_IOPORT, play_port, &port);
    (void)sg_test_clock("cpu");
    sg_test_argument("speed", "9600");
    program.watch.ready = interrupted;
    program.timer.fire = answer_late;
    sg_loop_init(&program.loop, sg_own_ring());
    sg_test_loop(&program.loop);
    assert_int_equal(sg_loop_serve(&program.loop, sg_provided("sample"),
                                   &signet_sample_v1_Sample_interface, &program),
                     SG_OK);
    return 0;
}

static struct sg_handle client(uint64_t rights)
{
    return sg_test_client(endpoint, 7, rights);
}

static void calls_by_registers_and_arena(void **state)
{
    signet_sample_v1_AddRequest numbers = {.a = UINT32_MAX, .b = 2};
    signet_sample_v1_AddReply sum;
    signet_sample_v1_DrawRequest draw = {.name = "x"};
    signet_sample_v1_DrawReply picture;
    struct sg_handle all = client(signet_sample_v1_Sample_RIGHTS);

    (void)state;
    for (int i = 0; i < 200; i++) {
        sg_test_expect(signet_sample_v1_Sample_Add(all, &numbers, &sum), "SG_RPC_OK");
        sg_test_expect(signet_sample_v1_Sample_Draw(all, &draw, &picture), "SG_RPC_OK");
    }
    assert_int_equal(sum.sum, UINT64_C(0x100000001));
    assert_int_equal(program.last_badge, 7);
    assert_int_equal(picture.picture.bytes[499], 'x');
}

static void checks_rights(void **state)
{
    signet_sample_v1_AddRequest numbers = {.a = 1};
    signet_sample_v1_AddReply sum;

    (void)state;
    uint64_t rights = signet_sample_v1_Sample_RIGHTS & ~(UINT64_C(1) << 0);
    sg_test_expect(signet_sample_v1_Sample_Add(client(rights), &numbers, &sum), "SG_DENIED");
    sg_test_expect(signet_sample_v1_Sample_Add(SG_HANDLE_NONE, &numbers, &sum), "SG_BAD_HANDLE");
}

static void lets_time_pass(void **state)
{
    signet_sample_v1_Nothing nothing = {0};
    struct sg_handle all = client(signet_sample_v1_Sample_RIGHTS);
    uint64_t now_ns;

    (void)state;
    sg_test_expect(signet_sample_v1_Sample_Last(all, &nothing, &nothing), "SG_RPC_OK");
    assert_int_equal(sg_cpu_now(sg_capability("cpu"), &now_ns), SG_OK);
    assert_int_equal(now_ns, LATER_NS);
    sg_test_advance(100);
    assert_int_equal(sg_cpu_now(sg_capability("cpu"), &now_ns), SG_OK);
    assert_int_equal(now_ns, LATER_NS + 100);
}

static void ends_calls_in_time(void **state)
{
    signet_sample_v1_Nothing nothing = {0};
    struct sg_handle all = client(signet_sample_v1_Sample_RIGHTS);

    (void)state;
    sg_test_expect(signet_sample_v1_Sample_Last_within(all, LATER_NS - 1, &nothing, &nothing),
                   "SG_TIMED_OUT");
}

static void interrupts_when_armed(void **state)
{
    (void)state;
    assert_int_equal(sg_loop_irq(&program.loop, sg_capability("interrupt"), &program.watch), SG_OK);
    sg_test_interrupt(irq);
    assert_int_equal(program.interrupts, 0);
    assert_false(sg_test_is_armed(irq));
    assert_int_equal(sg_irq_ack(irq), SG_OK);
    sg_test_interrupt(irq);
    assert_int_equal(program.interrupts, 2);
    assert_true(sg_test_is_armed(irq));
}

static void raise_line(void *argument)
{
    assert_ptr_equal(argument, &irq);
    sg_test_interrupt(irq);
}

static void lets_things_happen(void **state)
{
    signet_sample_v1_Nothing nothing = {0};
    struct sg_handle all = client(signet_sample_v1_Sample_RIGHTS);

    (void)state;
    assert_int_equal(sg_loop_irq(&program.loop, irq, &program.watch), SG_OK);
    assert_int_equal(sg_irq_ack(irq), SG_OK);
    sg_test_at(LATER_NS - 1, raise_line, &irq);
    sg_test_expect(signet_sample_v1_Sample_Last(all, &nothing, &nothing), "SG_RPC_OK");
    assert_int_equal(program.interrupts, 1);
    sg_test_at(LATER_NS + 10, raise_line, &irq);
    sg_test_advance(9);
    assert_int_equal(program.interrupts, 1);
    sg_test_advance(1);
    assert_int_equal(program.interrupts, 2);
}

static void plays_objects(void **state)
{
    uint32_t value;

    (void)state;
    port = 5;
    assert_int_equal(sg_ioport_in(sg_capability("registers"), 0x70, 1, &value), SG_OK);
    assert_int_equal(value, 5);
    assert_int_equal(sg_ioport_out(sg_capability("registers"), 0x70, 1, 6), SG_OK);
    assert_int_equal(port, 6);
    assert_string_equal(sg_argument("speed"), "9600");
    assert_null(sg_argument("parity"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(calls_by_registers_and_arena, setup),
        cmocka_unit_test_setup(checks_rights, setup),
        cmocka_unit_test_setup(lets_time_pass, setup),
        cmocka_unit_test_setup(ends_calls_in_time, setup),
        cmocka_unit_test_setup(interrupts_when_armed, setup),
        cmocka_unit_test_setup(lets_things_happen, setup),
        cmocka_unit_test_setup(plays_objects, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
