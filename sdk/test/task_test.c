/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that answers later, and calls other servers meanwhile: deadlines go on to them, and when
   its caller has left, they are cancelled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_peer.h"
#include "server/receiver.h"
#include "signet/async.h"

#include "sample/v1/sample.rpc.h"

#define ENDPOINT ((struct sg_handle){400, 2})
#define BACKEND ((struct sg_handle){401, 2})
#define TASKS 3u

/* A call of Add is passed on to another Add, twice at once. */
struct relay {
    struct sg_task task;
    struct signet_sample_v1_Sample_Add_async nested[2];
    uint32_t gone_count, done_count;
};

static struct sg_loop loop;
static struct relay relay[TASKS];
static uint32_t used;
static uint64_t own_deadline_ns;
static uint64_t seen_deadline_ns;

static void nested_done(struct signet_sample_v1_Sample_Add_async *call)
{
    struct relay *self = (struct relay *)call->async.task;
    signet_sample_v1_AddReply reply = {.sum = call->reply.sum};

    if (++self->done_count == 2)
        (void)signet_sample_v1_Sample_Add_reply(&self->task.call, SG_RPC_OK, &reply);
}

static void gone(struct sg_task *task)
{
    ((struct relay *)task)->gone_count++;
}

enum sg_rpc_status signet_sample_v1_Sample_Add_handle(void *self, struct sg_call *call,
                                                      const signet_sample_v1_AddRequest *request,
                                                      signet_sample_v1_AddReply *reply)
{
    struct relay *mine = &relay[used++];

    (void)self;
    (void)reply;
    seen_deadline_ns = call->deadline_ns;
    *mine = (struct relay){.task.gone = gone};
    sg_task_begin(&mine->task, call);
    for (uint32_t i = 0; i < 2; i++) {
        mine->nested[i].done = nested_done;
        mine->nested[i].async.task = &mine->task;
        mine->nested[i].async.deadline_ns = own_deadline_ns;
        assert_int_equal(
            signet_sample_v1_Sample_Add_start(&loop, BACKEND, request, &mine->nested[i]), SG_OK);
    }
    return SG_RPC_LATER;
}

enum sg_rpc_status signet_sample_v1_Sample_Draw_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_DrawRequest *request,
                                                       signet_sample_v1_DrawReply *reply)
{
    (void)self;
    (void)request;
    (void)reply;
    seen_deadline_ns = call->deadline_ns;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Last_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_Nothing *request,
                                                       signet_sample_v1_Nothing *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_LATER; /* without holding the call */
}

static int setup(void **state)
{
    (void)state;
    fake_begin_with(0, (struct sg_ring_geometry){32, 64, 8});
    peer_begin();
    used = 0;
    own_deadline_ns = seen_deadline_ns = 0;
    sg_loop_init(&loop, sg_own_ring());
    loop.clock = peer_grant(SG_TYPE_CPU, SG_BIT(SG_CPU_NOW));
    assert_int_equal(sg_loop_serve(&loop, ENDPOINT, &signet_sample_v1_Sample_interface, NULL),
                     SG_OK);
    return 0;
}

static int nothing_is_left(void **state)
{
    uint32_t units = 0;

    (void)state;
    sg_loop_close(&loop, ENDPOINT);
    while (loop.receivers != NULL) {
        loop.receivers->state = RECEIVER_IDLE;
        receivers_post(&loop);
    }
    for (size_t i = 0; i < SG_BUFFER_UNITS_MAX / 64; i++)
        units += (uint32_t)__builtin_popcountll(sg_own_ring()->used[i]);
    assert_int_equal(units, loop.can_probe); /* one unit to ask with */
    assert_null(loop.tasks);
    assert_int_equal(loop.held_count, 0);
    for (uint32_t i = 0; i < used; i++)
        assert_null(relay[i].task.nested);
    return 0;
}

static void step(uint64_t until_ns, enum sg_status expected)
{
    assert_int_equal(sg_loop_step(&loop, until_ns), expected);
}

/* A call by the receive last posted. */
static void call(uint16_t method, uint32_t token, const char *request, uint32_t length)
{
    const struct sg_submission *receive = NULL;

    step(1, SG_TIMED_OUT);
    for (uint32_t i = fake_kernel.taken_count; i-- > 0 && receive == NULL;)
        if (fake_kernel.taken[i].opcode == SG_OP_RECV || fake_kernel.taken[i].opcode == SG_OP_REPLY)
            receive = &fake_kernel.taken[i];
    memcpy(sg_ring_at(loop.ring, receive->message.receive_offset), request, length);
    fake_complete(&(struct sg_completion){.user_data = receive->user_data,
                                          .result = (int32_t)length,
                                          .method = method,
                                          .token = token,
                                          .offset = receive->message.receive_offset});
    step(1, SG_OK);
    step(1, SG_TIMED_OUT);
}

static const uint8_t five[] = {0, 0, 0, 0, 0x08, 5};

static void answer_nested(void)
{
    while (peer_open() != 0)
        peer_answer(0, five, sizeof five);
    step(1, SG_OK);
}

static void a_task_ends_with_its_answer(void **state)
{
    (void)state;
    call(0, 42, "\x08\x02\x10\x03", 4);
    assert_int_equal(peer_open(), 2);
    assert_int_equal(loop.held_count, 1);
    assert_non_null(loop.tasks);
    answer_nested();
    assert_int_equal(peer_reply.count, 1);
    assert_int_equal(peer_reply.registers.token, 42);
    assert_int_equal(relay[0].gone_count, 0);
    assert_int_equal(loop.answered, 1);
}

/* Deadline 500, then the message. */
#define BY_500 "\xf9\x7f\xf4\x01\0\0\0\0\0\0\x08\x02\x10\x03"

static uint64_t nested_deadline(uint32_t skip)
{
    const struct sg_message *message = &peer_call(skip)->message;
    const uint8_t *bytes = sg_ring_at(loop.ring, message->send_offset);
    uint64_t deadline_ns;

    if (message->send_length == 4)
        return SG_FOREVER;
    assert_int_equal(message->send_length, 14);
    assert_int_equal(bytes[0], 0xf9);
    memcpy(&deadline_ns, bytes + 2, sizeof deadline_ns);
    return deadline_ns;
}

static void deadlines_go_on(void **state)
{
    (void)state;
    call(0, 42, BY_500, 14);
    assert_int_equal(seen_deadline_ns, 500);
    assert_int_equal(nested_deadline(0), 500);
    own_deadline_ns = 300;
    call(0, 43, BY_500, 14);
    assert_int_equal(nested_deadline(2), 300);
    own_deadline_ns = 700;
    call(0, 44, "\x08\x02\x10\x03", 4);
    assert_int_equal(seen_deadline_ns, SG_FOREVER);
    assert_int_equal(nested_deadline(4), 700);
    struct sg_call mine = {.deadline_ns = 500};
    assert_int_equal(sg_call_deadline(&mine, 600), 500);
    assert_int_equal(sg_call_deadline(&mine, 400), 400);
    answer_nested();
    assert_int_equal(peer_reply.count, 3);
}

static void a_deadline_ends_what_was_made_for_it(void **state)
{
    (void)state;
    call(0, 42, BY_500, 14);
    step(500, SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, 500);
    step(500, SG_OK);
    assert_string_equal(sg_result_name(relay[0].nested[0].async.result), "SG_TIMED_OUT");
    assert_string_equal(sg_result_name(relay[0].nested[1].async.result), "SG_TIMED_OUT");
    assert_int_equal(peer_reply.count, 1);
}

static void a_header_is_read_only_where_it_is_one(void **state)
{
    (void)state;
    call(5, 42, "\xf9\x7f\1\2\3\4\5\6\7", 9); /* a byte short: half a field */
    assert_int_equal(seen_deadline_ns, 0);
    call(5, 42, "\x0a\x01x\xf9\x7f\xf4\x01\0\0\0\0\0\0", 13);
    assert_int_equal(seen_deadline_ns, SG_FOREVER); /* an unknown field, passed by */
    call(5, 42, "\xf9\x7f\xf4\x01\0\0\0\0\0\0\x0a\x01x", 13);
    assert_int_equal(seen_deadline_ns, 500);
}

static void a_caller_that_left_is_found_out(void **state)
{
    (void)state;
    call(0, 42, "\x08\x02\x10\x03", 4);
    step(SG_TASK_PROBE_NS, SG_OK);
    assert_int_equal(fake_kernel.deadline_ns, SG_TASK_PROBE_NS);
    assert_int_equal(peer_probes, 1);
    assert_int_equal(peer_cancels, 0);
    peer_now_ns = SG_TASK_PROBE_NS;
    peer_reply_result = SG_PEER_GONE;
    step(SG_TASK_PROBE_NS * 3, SG_OK);
    assert_int_equal(peer_probes, 2);
    assert_int_equal(relay[0].gone_count, 1);
    assert_int_equal(peer_cancels, 2);
    assert_int_equal(loop.held_count, 0);
    step(1, SG_OK);
    assert_int_equal(relay[0].done_count, 2);
    assert_string_equal(sg_result_name(relay[0].nested[0].async.result), "SG_CANCELLED");
    assert_int_equal(peer_reply.count, 0); /* nobody is there to be answered */
    step(SG_TASK_PROBE_NS * 5, SG_TIMED_OUT);
    assert_int_equal(peer_probes, 2);
}

/* Its callback answers, and so ends, the others: all have left at the same time. */
static void gone_ends_others(struct sg_task *task)
{
    static const signet_sample_v1_AddReply reply;

    ((struct relay *)task)->gone_count++;
    for (uint32_t i = 0; i < TASKS; i++)
        if (&relay[i].task != task && relay[i].task.call.task != NULL)
            assert_int_equal(
                signet_sample_v1_Sample_Add_reply(&relay[i].task.call, SG_RPC_OK, &reply),
                SG_PEER_GONE);
}

static void a_callback_may_end_other_tasks(void **state)
{
    uint32_t told = 0;

    (void)state;
    for (uint32_t i = 0; i < TASKS; i++) {
        call(0, 42 + i, "\x08\x02\x10\x03", 4);
        relay[i].task.gone = gone_ends_others;
    }
    peer_reply_result = SG_PEER_GONE;
    step(SG_TASK_PROBE_NS, SG_OK);
    for (uint32_t i = 0; i < TASKS; i++)
        told += relay[i].gone_count;
    assert_int_equal(told, 1);
    assert_null(loop.tasks);
    while (peer_open() != 0)
        peer_fail(0, SG_PEER_GONE);
    step(1, SG_OK);
}

static void without_a_clock_the_answer_is_refused(void **state)
{
    (void)state;
    loop.clock = SG_HANDLE_NONE;
    call(0, 42, "\x08\x02\x10\x03", 4);
    step(SG_TASK_PROBE_NS * 2, SG_TIMED_OUT);
    assert_int_equal(peer_probes, 0);
    peer_reply_result = SG_PEER_GONE;
    answer_nested();
    assert_int_equal(peer_reply.count, 1);
}

static void a_task_that_has_ended_starts_nothing(void **state)
{
    static const signet_sample_v1_AddRequest request;

    (void)state;
    call(0, 42, "\x08\x02\x10\x03", 4);
    answer_nested();
    assert_int_equal(
        signet_sample_v1_Sample_Add_start(&loop, BACKEND, &request, &relay[0].nested[0]),
        SG_PEER_GONE);
}

static void later_without_holding_is_answered(void **state)
{
    uint32_t status;

    (void)state;
    call(54, 42, "", 0);
    const struct sg_submission *reply = &fake_kernel.taken[fake_kernel.taken_count - 1];
    assert_int_equal(reply->opcode, SG_OP_REPLY);
    memcpy(&status, sg_ring_at(loop.ring, reply->message.send_offset), sizeof status);
    assert_int_equal(status, SG_RPC_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_task_ends_with_its_answer, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(deadlines_go_on, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_deadline_ends_what_was_made_for_it, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_header_is_read_only_where_it_is_one, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_caller_that_left_is_found_out, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(a_callback_may_end_other_tasks, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(without_a_clock_the_answer_is_refused, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(a_task_that_has_ended_starts_nothing, setup,
                                        nothing_is_left),
        cmocka_unit_test_setup_teardown(later_without_holding_is_answered, setup, nothing_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
