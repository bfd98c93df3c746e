/* SPDX-License-Identifier: BSD-2-Clause */
/* Both system calls, for the one process of a test. While a call of the test waits, the program's
   loop runs inside it, so there is one thread. */
#include "exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "signet/ring.h"
#include "signet/syscall.h"

#define STEPS_MAX 10000u /* of the loop at a time */

static uint64_t now_ns;

/* The call that the test waits in, while it does. */
struct awaited {
    const struct call *call;
    uint32_t token;
};

static struct awaited awaited;

/* What the test wants to happen while the program waits. */
static struct {
    void (*happen)(void *argument); /* NULL: nothing */
    void *argument;
    uint64_t time_ns;
    int is_happening;
} next;

void test_kernel_begin(void)
{
    exchange_begin();
    next.happen = NULL;
    next.is_happening = 0;
    now_ns = 0;
    awaited = (struct awaited){NULL, 0};
}

uint64_t test_now(void)
{
    return now_ns;
}

static void refuse_capabilities(const struct sg_message *message)
{
    if (message->caps_count != 0 || message->receive_caps_count != 0)
        fail_msg("found capabilities in a message, expected none: the host kit has no transfer");
}

/* An operation of a kernel object that ends at once. */
static enum sg_status call_object(struct test_slot *slot, uint16_t method,
                                  const uint64_t argument[5], uint64_t *value)
{
    *value = 0;
    if (slot->kind == TEST_OBJECT)
        return slot->answer(slot->self, method, argument, value);
    if (slot->kind != TEST_IRQ || method != SG_IRQ_ACK)
        return SG_BAD_OPERATION;
    slot->is_armed = 1;
    test_deliver(slot);
    return SG_OK;
}

static void complete(const struct sg_submission *entry, enum sg_status status, uint64_t value)
{
    exchange_post(
        (struct sg_completion){.user_data = entry->user_data, .result = status, .badge = value});
}

static void submit_receive(const struct sg_submission *entry, struct test_slot *slot)
{
    refuse_capabilities(&entry->message);
    if (slot == NULL || slot->kind != TEST_ENDPOINT) {
        complete(entry, slot == NULL ? SG_BAD_HANDLE : SG_BAD_TYPE, 0);
        return;
    }
    exchange_wait(slot, entry->user_data, &entry->message);
    exchange_meet(slot);
}

static void submit_call(const struct sg_submission *entry, struct test_slot *slot)
{
    const struct sg_message *message = &entry->message;
    uint64_t value = 0;

    if (slot->kind == TEST_IRQ && entry->method == SG_IRQ_WAIT) {
        exchange_wait(slot, entry->user_data, message);
        test_deliver(slot);
        return;
    }
    if (slot->kind != TEST_CLIENT) {
        enum sg_status status = call_object(slot, entry->method, entry->argument, &value);
        complete(entry, status, value);
        return;
    }
    refuse_capabilities(message);
    struct call *call = exchange_call(slot, entry->method,
                                      exchange_arena(message->send_offset, message->send_length),
                                      message->send_length);
    if (call == NULL) {
        complete(entry, SG_DENIED, 0);
        return;
    }
    call->is_arena = 1;
    call->message = *message;
    call->user_data = entry->user_data;
    exchange_meet(slot->endpoint);
}

static void submit_reply(const struct sg_submission *entry, struct test_slot *slot)
{
    const struct sg_message *message = &entry->message;
    enum sg_status status = exchange_reply(
        entry->token, entry->method, exchange_arena(message->send_offset, message->send_length),
        message->send_length);

    if (status == SG_OK && entry->flags & SG_SUBMIT_REARM)
        submit_receive(entry, slot);
    else
        complete(entry, status, 0);
}

static void submit(const struct sg_submission *entry)
{
    struct sg_handle handle = {entry->handle_index, entry->handle_generation};
    struct test_slot *slot = test_slot(handle);

    switch (entry->opcode) {
    case SG_OP_NOP:
        complete(entry, SG_OK, 0);
        break;
    case SG_OP_CALL:
        if (slot == NULL)
            complete(entry, SG_BAD_HANDLE, 0);
        else
            submit_call(entry, slot);
        break;
    case SG_OP_RECV:
        submit_receive(entry, slot);
        break;
    case SG_OP_REPLY:
        submit_reply(entry, slot);
        break;
    case SG_OP_CANCEL:
        complete(entry, exchange_cancel(entry->argument[0]), 0);
        break;
    default:
        fail_msg("found opcode %u, expected one that the host kit has", entry->opcode);
    }
}

/* Until when the flags of a system call say to wait. */
static uint64_t deadline_of(uint32_t flags, uint64_t time_ns)
{
    if (flags & SG_CALL_RELATIVE && time_ns != SG_FOREVER)
        return now_ns + time_ns;
    return flags & (SG_CALL_RELATIVE | SG_CALL_UNTIL) ? time_ns : SG_FOREVER;
}

void sg_test_at(uint64_t time_ns, void (*happen)(void *argument), void *argument)
{
    assert_true(next.happen == NULL || next.is_happening);
    next.happen = happen;
    next.argument = argument;
    next.time_ns = time_ns;
}

/* What the test has planned up to then; it may plan the next thing. */
static void let_happen(uint64_t deadline_ns)
{
    while (next.happen != NULL && next.time_ns <= deadline_ns) {
        void (*happen)(void *argument) = next.happen;

        if (now_ns < next.time_ns)
            now_ns = next.time_ns;
        next.is_happening = 1;
        next.happen = NULL;
        happen(next.argument);
        next.is_happening = 0;
    }
}

struct sg_enter_result sg_enter(uint32_t count, uint32_t wait, uint64_t deadline_ns, uint32_t flags)
{
    const struct sg_submission *queue =
        (struct sg_submission *)(test_ring() + SG_RING_QUEUE_OFFSET);
    struct sg_enter_result result = {SG_OK, 0, 0};

    deadline_ns = deadline_of(flags, deadline_ns);
    while (result.consumed < count &&
           exchange_indices()->submit_head != exchange_indices()->submit_tail) {
        submit(&queue[exchange_indices()->submit_head % TEST_SUBMISSIONS]);
        exchange_indices()->submit_head++;
        result.consumed++;
    }
    result.unread = exchange_unread();
    /* With its call answered the test goes on; for the program it is as if nothing had happened. */
    if (result.unread >= wait || (awaited.call != NULL && awaited.call->token != awaited.token))
        return result;
    let_happen(deadline_ns);
    result.unread = exchange_unread();
    if (result.unread >= wait)
        return result;
    if (deadline_ns == SG_FOREVER)
        fail_msg("the program waits for ever: nothing is on its way to it");
    if (now_ns < deadline_ns)
        now_ns = deadline_ns;
    result.status = SG_TIMED_OUT;
    return result;
}

/* Runs the program until it has answered. */
static void wait_for(struct call *call, uint64_t deadline_ns)
{
    const struct awaited outer = awaited;
    uint32_t token = call->token;

    awaited = (struct awaited){call, token};
    for (uint32_t step = 0; call->token == token; step++) {
        if (test_loop() == NULL || step == STEPS_MAX)
            fail_msg("method %u: found no answer after %u steps of the program's loop",
                     call->method, step);
        enum sg_status status = sg_loop_step(test_loop(), deadline_ns);
        if (status == SG_TIMED_OUT && call->token == token && now_ns >= deadline_ns)
            exchange_end(call, SG_TIMED_OUT, 0, NULL);
        else if (status != SG_OK && status != SG_TIMED_OUT)
            fail_msg("the program's loop ended with status %d", (int)status);
    }
    awaited = outer;
}

static void invoke_call(struct sg_registers *registers, struct test_slot *slot)
{
    uint16_t method = (uint8_t)(registers->operation >> 16);
    uint64_t deadline_ns = registers->deadline_ns;
    int is_arena = (registers->operation >> 8 & SG_SUBMIT_ARENA) != 0;
    const uint8_t *request = (const uint8_t *)registers->word;
    uint32_t length = (uint8_t)(registers->operation >> 24);
    struct sg_message message = {0};

    deadline_ns = deadline_of((uint32_t)registers->operation >> 8, deadline_ns);
    if (is_arena) {
        memcpy(&message, registers->word, sizeof message);
        refuse_capabilities(&message);
        length = message.send_length;
        request = exchange_arena(message.send_offset, length);
    }
    struct call *call = exchange_call(slot, method, request, length);
    if (call == NULL) {
        sg_registers_return(registers, SG_DENIED, 0, 0);
        return;
    }
    call->registers = registers;
    call->is_arena = is_arena;
    call->message = message;
    exchange_meet(slot->endpoint);
    wait_for(call, deadline_ns);
}

static enum sg_status invoke_reply(const struct sg_registers *registers)
{
    uint16_t method = (uint8_t)(registers->operation >> 16);
    uint32_t token = (uint32_t)registers->token;
    struct sg_message message;

    if (!(registers->operation >> 8 & SG_SUBMIT_ARENA))
        return exchange_reply(token, method, (const uint8_t *)registers->word,
                              (uint8_t)(registers->operation >> 24));
    memcpy(&message, registers->word, sizeof message);
    return exchange_reply(token, method, exchange_arena(message.send_offset, message.send_length),
                          message.send_length);
}

void sg_invoke(struct sg_registers *registers)
{
    struct test_slot *slot = test_slot(sg_handle_from_word(registers->handle));
    uint16_t method = (uint8_t)(registers->operation >> 16);
    uint64_t value = 0;
    enum sg_status status = SG_BAD_HANDLE;

    switch (registers->operation & 0xff) {
    case SG_OP_CALL:
        if (slot != NULL && slot->kind == TEST_CLIENT) {
            invoke_call(registers, slot);
            return;
        }
        if (slot != NULL)
            status = call_object(slot, method, registers->word, &value);
        break;
    case SG_OP_REPLY:
        status = invoke_reply(registers);
        break;
    case SG_OP_CANCEL:
        status = exchange_cancel(registers->word[0]);
        break;
    default:
        fail_msg("found opcode %u, expected one that the host kit has",
                 (unsigned)(registers->operation & 0xff));
    }
    sg_registers_return(registers, status, 0, 0);
    registers->handle = value;
}

/* Has the loop do what there is to do without letting time pass. */
static void settle(void)
{
    enum sg_status status = SG_OK;

    assert_non_null(test_loop());
    for (uint32_t step = 0; status == SG_OK; step++) {
        assert_true(step < STEPS_MAX);
        status = sg_loop_step(test_loop(), now_ns);
    }
    assert_int_equal(status, SG_TIMED_OUT);
}

void sg_test_interrupt(struct sg_handle irq)
{
    struct test_slot *slot = test_slot(irq);

    assert_non_null(slot);
    if (!next.is_happening)
        settle();
    slot->count++;
    test_deliver(slot);
    if (!next.is_happening)
        settle();
}

void sg_test_advance(uint64_t ns)
{
    uint64_t until_ns = now_ns + ns;
    enum sg_status status = SG_OK;

    assert_non_null(test_loop());
    for (uint32_t step = 0; status == SG_OK && step < STEPS_MAX; step++)
        status = sg_loop_step(test_loop(), until_ns);
    assert_int_equal(status, SG_TIMED_OUT);
}
