/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop over a kernel that follows a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/object.h"
#include "fake_kernel.h"
#include "sample_server.h"
#include "server/receiver.h"
#include "signet/loop.h"

#define ENDPOINT ((struct sg_handle){7, 2})

static struct sg_loop loop;
static struct sample_server server;
static struct sg_registers invoked; /* the last invoke */
static int32_t invoke_result;
static uint32_t invoke_count;
static bool fits_nothing; /* the caller's buffer is of no bytes */

static void keep_invoke(struct sg_registers *registers)
{
    invoked = *registers;
    invoke_count++;
    if (fits_nothing && (registers->operation >> 24 != 0 || invoked.word[0] != 0))
        invoke_result = SG_TOO_BIG;
    sg_registers_return(registers, invoke_result, 0, 0);
    invoke_result = 0;
}

static int setup(void **state)
{
    (void)state;
    fake_begin(0);
    fake_kernel.invoke = keep_invoke;
    invoke_result = 0;
    invoke_count = 0;
    fits_nothing = false;
    server = (struct sample_server){.status = SG_RPC_OK};
    sg_loop_init(&loop, sg_own_ring());
    assert_int_equal(sg_loop_serve(&loop, ENDPOINT, &signet_sample_v1_Sample_interface, &server),
                     SG_OK);
    return 0;
}

/* A loop lives as long as its thread; a test does not. */
static int teardown(void **state)
{
    (void)state;
    while (loop.receivers != NULL) {
        struct sg_receiver *receiver = loop.receivers;
        loop.receivers = receiver->next;
        free(receiver);
    }
    return 0;
}

static struct sg_submission *last(void)
{
    assert_true(fake_kernel.taken_count > 0);
    return &fake_kernel.taken[fake_kernel.taken_count - 1];
}

static void step(enum sg_status expected)
{
    assert_int_equal(sg_loop_step(&loop, 1000), expected);
}

/* A call by the receive last posted. */
static void call(uint16_t method, uint32_t token, const char *request, uint32_t length)
{
    const struct sg_submission *receive = last();

    memcpy(sg_ring_at(loop.ring, receive->message.receive_offset), request, length);
    fake_complete(&(struct sg_completion){.user_data = receive->user_data,
                                          .result = (int32_t)length,
                                          .method = method,
                                          .badge = 3,
                                          .token = token,
                                          .offset = receive->message.receive_offset});
}

static void end_receive(int32_t result)
{
    fake_complete(&(struct sg_completion){.user_data = last()->user_data, .result = result});
}

static void posts_receives_big_enough(void **state)
{
    (void)state;
    step(SG_TIMED_OUT);
    assert_true(fake_kernel.taken_count >= 1);
    for (uint32_t i = 0; i < fake_kernel.taken_count; i++) {
        assert_int_equal(fake_kernel.taken[i].opcode, SG_OP_RECV);
        assert_int_equal(fake_kernel.taken[i].handle_index, ENDPOINT.index);
        assert_int_equal(fake_kernel.taken[i].handle_generation, ENDPOINT.generation);
        assert_true(fake_kernel.taken[i].message.receive_length >=
                    signet_sample_v1_DrawRequest_size);
    }
}

static void answers_and_receives_in_one_entry(void **state)
{
    const uint8_t reply[] = {0, 0, 0, 0, 0x08, 5};

    (void)state;
    step(SG_TIMED_OUT);
    call(0, 42, "\x08\x02\x10\x03", 4);
    step(SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(server.last.badge, 3);
    assert_int_equal(last()->opcode, SG_OP_REPLY);
    assert_int_equal(last()->flags, SG_SUBMIT_REARM);
    assert_int_equal(last()->token, 42);
    assert_int_equal(last()->message.send_length, sizeof reply);
    assert_memory_equal(sg_ring_at(loop.ring, last()->message.send_offset), reply, sizeof reply);
    call(0, 43, "", 0);
    step(SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(last()->token, 43);
    assert_int_equal(server.call_count, 2);
}

static void later_replies_go_apart(void **state)
{
    const signet_sample_v1_AddReply small = {.sum = 1};
    signet_sample_v1_DrawReply large = {.picture.size = 500};

    (void)state;
    server.status = SG_RPC_LATER;
    step(SG_TIMED_OUT);
    call(0, 42, "", 0);
    step(SG_OK);
    assert_int_equal(server.held.token, 42);
    assert_int_equal(server.held.badge, 3);
    assert_int_equal(loop.held_count, 1);
    struct sg_held_call held[] = {server.held, server.held, server.held};
    loop.held_count = 3;
    step(SG_TIMED_OUT);
    assert_int_equal(last()->opcode, SG_OP_RECV);
    assert_int_equal(signet_sample_v1_Sample_Add_reply(&held[0], SG_RPC_OK, &small), SG_OK);
    assert_int_equal(invoked.operation & 0xff, SG_OP_REPLY);
    assert_int_equal(invoked.operation >> 24, 6);
    assert_int_equal(invoked.token, 42);
    assert_int_equal(signet_sample_v1_Sample_Draw_reply(&held[1], SG_RPC_OK, &large), SG_OK);
    assert_int_equal(invoked.operation >> 8 & 0xff, SG_SUBMIT_ARENA);
    assert_int_equal(signet_sample_v1_Sample_Draw_reply(&held[2], SG_RPC_INTERNAL, &large), SG_OK);
    assert_int_equal(loop.held_count, 0);
    assert_int_equal(signet_sample_v1_Sample_Add_reply(&held[0], SG_RPC_OK, &small), SG_PEER_GONE);
}

static void tells_a_caller_whose_buffer_is_small(void **state)
{
    signet_sample_v1_DrawReply large = {.picture.size = 500};
    struct sg_held_call held = {.token = 42, .loop = &loop};

    (void)state;
    loop.held_count = 1;
    step(SG_TIMED_OUT);
    call(5, 41, "", 0);
    step(SG_OK);
    step(SG_TIMED_OUT);
    end_receive(SG_TOO_BIG);
    step(SG_OK);
    assert_int_equal(invoked.token, 41);
    assert_int_equal(invoked.operation >> 24, 4);
    assert_int_equal(invoked.word[0], SG_RPC_TOO_BIG);
    step(SG_TIMED_OUT);
    assert_int_equal(last()->opcode, SG_OP_RECV);
    invoke_count = 0;
    invoke_result = SG_TOO_BIG;
    assert_int_equal(signet_sample_v1_Sample_Draw_reply(&held, 0, &large), SG_TOO_BIG);
    assert_int_equal(invoke_count, 2);
    assert_int_equal(invoked.word[0], SG_RPC_TOO_BIG);
}

/* Not even a status fits: left open, such calls would use up the records of the server's ring. */
static void ends_the_call_of_who_has_no_room_at_all(void **state)
{
    signet_sample_v1_DrawReply large = {.picture.size = 500};
    struct sg_held_call held = {.token = 42, .loop = &loop};

    (void)state;
    fits_nothing = true;
    loop.held_count = 1;
    assert_int_equal(signet_sample_v1_Sample_Draw_reply(&held, 0, &large), SG_TOO_BIG);
    assert_int_equal(invoke_count, 3);
    assert_int_equal(invoked.operation >> 24, 0);
}

static void receives_again_after_a_client_left(void **state)
{
    const int32_t harmless[] = {SG_BAD_TOKEN, SG_AGAIN, SG_CANCELLED};

    (void)state;
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        step(SG_TIMED_OUT);
        uint32_t before = fake_kernel.taken_count;
        end_receive(harmless[i]);
        step(SG_OK);
        step(SG_TIMED_OUT);
        assert_int_equal(fake_kernel.taken_count, before + 1);
        assert_int_equal(last()->opcode, SG_OP_RECV);
    }
}

static void parks_until_a_call_is_answered(void **state)
{
    const signet_sample_v1_AddReply reply = {0};
    struct sg_held_call held = {.token = 1, .loop = &loop};

    (void)state;
    loop.held_count = 1;
    step(SG_TIMED_OUT);
    uint32_t before = fake_kernel.taken_count;
    end_receive(SG_LIMIT);
    step(SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.taken_count, before);
    assert_int_equal(signet_sample_v1_Sample_Add_reply(&held, 0, &reply), SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.taken_count, before + 1);
}

static void leaves_records_to_others(void **state)
{
    const signet_sample_v1_AddReply reply = {0};
    uint32_t held = 0;

    (void)state;
    server.status = SG_RPC_LATER;
    step(SG_TIMED_OUT);
    for (uint32_t before = 0; fake_kernel.taken_count != before; held++) {
        before = fake_kernel.taken_count;
        call(0, 42, "", 0);
        step(SG_OK);
        step(SG_TIMED_OUT);
    }
    assert_int_equal(held + loop.in_flight, FAKE_COMPLETIONS * 3 / 4);
    uint32_t before = fake_kernel.taken_count;
    assert_int_equal(signet_sample_v1_Sample_Add_reply(&server.held, 0, &reply), SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.taken_count, before + 1);
}

/* The answer is in the queue, together with the receive that is not wanted any more. */
static void a_closed_service_still_answers(void **state)
{
    (void)state;
    step(SG_TIMED_OUT);
    call(0, 42, "\x08\x02\x10\x03", 4);
    step(SG_OK);
    sg_loop_close(&loop, ENDPOINT);
    assert_int_equal(last()->opcode, SG_OP_REPLY);
    assert_int_equal(last()->token, 42);
    assert_int_equal(invoked.operation & 0xff, SG_OP_CANCEL);
    uint32_t before = fake_kernel.taken_count;
    for (uint32_t i = 0; i < before; i++)
        if (i != before - 2) /* the receive by which the call came */
            fake_complete(&(struct sg_completion){.user_data = fake_kernel.taken[i].user_data,
                                                  .result = SG_CANCELLED});
    step(SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.taken_count, before);
    assert_null(loop.receivers);
}

static void ends_with_its_endpoint(void **state)
{
    (void)state;
    step(SG_TIMED_OUT);
    end_receive(SG_PEER_GONE);
    assert_int_equal(sg_loop_run(&loop), SG_PEER_GONE);
}

static void stops_a_fault_that_came_by_mistake(void **state)
{
    static const char fault[sizeof(struct sg_fault)];

    (void)state;
    step(SG_TIMED_OUT);
    call(0, 42, fault, sizeof fault);
    sg_own_ring()
        ->completion[(sg_own_ring()->indices->complete_tail - 1) % FAKE_COMPLETIONS]
        .flags = SG_COMPLETE_FAULT;
    step(SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(last()->method, SG_FAULT_STOP);
    assert_int_equal(server.call_count, 0);
}

struct counting_timer {
    struct sg_timer timer;
    uint32_t count;
    uint64_t again_ns; /* set again to this, unless 0 */
    struct counting_timer *cancels;
};

static void fire(struct sg_timer *timer)
{
    struct counting_timer *self = (struct counting_timer *)timer;

    self->count++;
    if (self->cancels != NULL)
        sg_loop_timer_cancel(&loop, &self->cancels->timer);
    if (self->again_ns != 0)
        sg_loop_timer(&loop, self->again_ns, timer);
}

static void timers_fire_in_order_and_once(void **state)
{
    struct counting_timer a = {.timer.fire = fire}, b = {.timer.fire = fire};
    struct counting_timer c = {.timer.fire = fire, .again_ns = 100};

    (void)state;
    sg_loop_timer(&loop, 300, &a.timer);
    sg_loop_timer(&loop, 200, &b.timer);
    sg_loop_timer(&loop, 100, &c.timer);
    step(SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, 100);
    assert_int_equal(c.count, 1);
    assert_int_equal(a.count + b.count, 0);
    c.again_ns = 0;
    c.cancels = &b;
    step(SG_OK);
    assert_int_equal(c.count, 2);
    step(SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, 300);
    assert_int_equal(a.count, 1);
    assert_int_equal(b.count, 0);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.deadline_ns, 1000);
}

static void a_timer_moves(void **state)
{
    struct counting_timer a = {.timer.fire = fire};

    (void)state;
    sg_loop_timer(&loop, 300, &a.timer);
    sg_loop_timer(&loop, 400, &a.timer);
    assert_null(a.timer.next);
    step(SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, 400);
}

static uint64_t watched_count;

static void ready(struct sg_watch *watch, uint64_t count)
{
    (void)watch;
    watched_count = count;
}

static void watches_wait_again(void **state)
{
    struct sg_watch watch = {.ready = ready};

    (void)state;
    step(SG_TIMED_OUT);
    assert_int_equal(sg_loop_irq(&loop, (struct sg_handle){9, 1}, &watch), SG_OK);
    step(SG_TIMED_OUT);
    assert_int_equal(last()->opcode, SG_OP_CALL);
    assert_int_equal(last()->method, SG_IRQ_WAIT);
    uint32_t before = fake_kernel.taken_count;
    fake_complete(&(struct sg_completion){.user_data = (uintptr_t)&watch, .badge = 3});
    step(SG_OK);
    assert_int_equal(watched_count, 3);
    step(SG_TIMED_OUT);
    assert_int_equal(fake_kernel.taken_count, before + 1);
    assert_int_equal(last()->handle_index, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(posts_receives_big_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_and_receives_in_one_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(later_replies_go_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_a_caller_whose_buffer_is_small, setup, teardown),
        cmocka_unit_test_setup_teardown(ends_the_call_of_who_has_no_room_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(receives_again_after_a_client_left, setup, teardown),
        cmocka_unit_test_setup_teardown(parks_until_a_call_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(leaves_records_to_others, setup, teardown),
        cmocka_unit_test_setup_teardown(a_closed_service_still_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(ends_with_its_endpoint, setup, teardown),
        cmocka_unit_test_setup_teardown(stops_a_fault_that_came_by_mistake, setup, teardown),
        cmocka_unit_test_setup_teardown(timers_fire_in_order_and_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_moves, setup, teardown),
        cmocka_unit_test_setup_teardown(watches_wait_again, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
