/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CALLS_MAX 64u
#define WAITS_MAX TEST_COMPLETIONS

/* An operation of the ring that completes later: RECV, or WAIT on an irq. slot NULL: free. */
struct wait {
    struct test_slot *slot;
    uint64_t user_data;
    struct sg_message message;
};

static struct call calls[CALLS_MAX];
static struct wait waits[WAITS_MAX];
static uint32_t last_token;

void exchange_begin(void)
{
    memset(calls, 0, sizeof calls);
    memset(waits, 0, sizeof waits);
    last_token = 0;
}

struct sg_ring_indices *exchange_indices(void)
{
    return (struct sg_ring_indices *)test_ring();
}

uint8_t *exchange_arena(uint32_t offset, uint32_t length)
{
    const uint32_t start = SG_RING_QUEUE_OFFSET +
                           TEST_SUBMISSIONS * (uint32_t)sizeof(struct sg_submission) +
                           TEST_COMPLETIONS * (uint32_t)sizeof(struct sg_completion);

    assert_true((uint64_t)start + offset + length <= TEST_PAGES * 4096u);
    return test_ring() + start + offset;
}

uint32_t exchange_unread(void)
{
    return exchange_indices()->complete_tail - exchange_indices()->complete_head;
}

void exchange_post(struct sg_completion completion)
{
    struct sg_completion *queue =
        (struct sg_completion *)(test_ring() + SG_RING_QUEUE_OFFSET +
                                 TEST_SUBMISSIONS * sizeof(struct sg_submission));

    assert_true(exchange_unread() < TEST_COMPLETIONS);
    queue[exchange_indices()->complete_tail % TEST_COMPLETIONS] = completion;
    exchange_indices()->complete_tail++;
}

void exchange_wait(struct test_slot *slot, uint64_t user_data, const struct sg_message *message)
{
    for (uint32_t i = 0; i < WAITS_MAX; i++) {
        if (waits[i].slot != NULL)
            continue;
        waits[i] = (struct wait){.slot = slot, .user_data = user_data, .message = *message};
        return;
    }
    fail_msg("found more than %u operations in flight", WAITS_MAX);
}

static struct wait *find_wait(const struct test_slot *slot)
{
    for (uint32_t i = 0; i < WAITS_MAX; i++) {
        if (waits[i].slot == slot)
            return &waits[i];
    }
    return NULL;
}

void exchange_end(struct call *call, int32_t result, uint16_t method, const uint8_t *answer)
{
    uint32_t room = call->is_arena ? call->message.receive_length : SG_REGISTER_BYTES;

    if (result > (int32_t)room)
        result = SG_TOO_BIG;
    if (result > 0 && call->is_arena)
        memcpy(exchange_arena(call->message.receive_offset, (uint32_t)result), answer,
               (size_t)result);
    else if (result > 0)
        memcpy(call->registers->word, answer, (size_t)result);
    call->token = 0;
    if (call->registers == NULL)
        exchange_post((struct sg_completion){.user_data = call->user_data,
                                             .result = result,
                                             .method = method,
                                             .offset = call->message.receive_offset});
    else
        sg_registers_return(call->registers, result, call->is_arena ? 0 : SG_COMPLETE_REGISTERS,
                            method);
}

/* The oldest call to an endpoint that nobody has received. */
static struct call *find_call(const struct test_slot *endpoint)
{
    struct call *oldest = NULL;

    for (uint32_t i = 0; i < CALLS_MAX; i++) {
        struct call *call = &calls[i];

        if (call->token != 0 && !call->is_received && call->client->endpoint == endpoint &&
            (oldest == NULL || call->token < oldest->token))
            oldest = call;
    }
    return oldest;
}

void exchange_meet(struct test_slot *endpoint)
{
    struct call *call;
    struct wait *receive;

    while ((call = find_call(endpoint)) != NULL && (receive = find_wait(endpoint)) != NULL) {
        const struct sg_message *message = &receive->message;

        receive->slot = NULL;
        if (call->length > message->receive_length) {
            exchange_post(
                (struct sg_completion){.user_data = receive->user_data, .result = SG_AGAIN});
            exchange_end(call, SG_TOO_BIG, 0, NULL);
            continue;
        }
        if (call->length != 0)
            memcpy(exchange_arena(message->receive_offset, call->length), call->request,
                   call->length);
        call->is_received = 1;
        exchange_post((struct sg_completion){.user_data = receive->user_data,
                                             .result = (int32_t)call->length,
                                             .method = call->method,
                                             .badge = call->client->badge,
                                             .token = call->token,
                                             .offset = message->receive_offset});
    }
}

void test_deliver(struct test_slot *irq)
{
    struct wait *wait = find_wait(irq);

    if (wait == NULL || irq->count == 0 || !irq->is_armed)
        return;
    wait->slot = NULL;
    exchange_post((struct sg_completion){.user_data = wait->user_data, .badge = irq->count});
    irq->count = 0;
    irq->is_armed = 0;
}

struct call *exchange_call(const struct test_slot *client, uint16_t method, const uint8_t *request,
                           uint32_t length)
{
    assert_true(length <= SG_MESSAGE_MAX);
    for (uint32_t i = 0; i < CALLS_MAX && client->rights >> method & 1; i++) {
        struct call *call = &calls[i];

        if (call->token != 0)
            continue;
        *call = (struct call){.token = ++last_token, .client = client, .method = method};
        call->length = length;
        if (length != 0)
            memcpy(call->request, request, length);
        return call;
    }
    assert_false(client->rights >> method & 1); /* else more than CALLS_MAX calls are open */
    return NULL;
}

enum sg_status exchange_reply(uint32_t token, uint16_t method, const uint8_t *answer,
                              uint32_t length)
{
    for (uint32_t i = 0; i < CALLS_MAX && token != 0; i++) {
        struct call *call = &calls[i];

        if (call->token != token || !call->is_received)
            continue;
        uint32_t room = call->is_arena ? call->message.receive_length : SG_REGISTER_BYTES;
        if (length > room)
            return SG_TOO_BIG;
        exchange_end(call, (int32_t)length, method, answer);
        return SG_OK;
    }
    return SG_BAD_TOKEN;
}

enum sg_status exchange_cancel(uint64_t user_data)
{
    for (uint32_t i = 0; i < WAITS_MAX; i++) {
        if (waits[i].slot == NULL || waits[i].user_data != user_data)
            continue;
        waits[i].slot = NULL;
        exchange_post((struct sg_completion){.user_data = user_data, .result = SG_CANCELLED});
        return SG_OK;
    }
    for (uint32_t i = 0; i < CALLS_MAX; i++) {
        if (calls[i].token == 0 || calls[i].registers != NULL || calls[i].user_data != user_data)
            continue;
        exchange_end(&calls[i], SG_CANCELLED, 0, NULL);
        return SG_OK;
    }
    return SG_NOT_FOUND;
}
