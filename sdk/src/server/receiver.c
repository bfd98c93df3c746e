/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/receiver.h"

#include <stddef.h>
#include <string.h>

#include "rpc/message.h"
#include "rpc/wire.h"
#include "server/answer.h"
#include "server/serve.h"
#include "signet/generated.h"
#include "signet/metrics.h"
#include "signet/object.h"

SG_COUNTER(calls, "calls");

#define RESERVED_SHARE 4u /* one record of this many is not for receives */

static void submit(struct sg_receiver *receiver, struct sg_submission *submission)
{
    submission->handle_index = receiver->endpoint.index;
    submission->handle_generation = receiver->endpoint.generation;
    enum sg_status status = sg_loop_submit(receiver->loop, submission, &receiver->operation);

    if (status != SG_OK)
        return; /* a queue that is full now has room after the next step */
    receiver->state = RECEIVER_POSTED;
    receiver->token = submission->token;
    receiver->loop->unposted--;
}

static void post(struct sg_receiver *receiver)
{
    struct sg_submission submission = {.opcode = SG_OP_RECV, .message = receiver->message};

    submit(receiver, &submission);
}

/* Every operation in flight and every call not yet answered takes a record of the ring. Receives
   leave some to others, so that clients who wait cannot keep a driver from its interrupt. */
static bool has_room(const struct sg_loop *loop)
{
    uint32_t records = loop->ring->completion_count;

    return loop->in_flight + loop->held_count < records - records / RESERVED_SHARE;
}

void receivers_post(struct sg_loop *loop)
{
    for (struct sg_receiver **link = &loop->receivers; *link != NULL;) {
        struct sg_receiver *receiver = *link;

        if (receiver->is_closed && receiver->state != RECEIVER_POSTED) {
            *link = receiver->next;
            loop->unposted--;
            receiver_free(receiver);
            continue;
        }
        if (receiver->state == RECEIVER_PARKED && receiver->answered != loop->answered)
            receiver->state = RECEIVER_IDLE;
        if (receiver->state == RECEIVER_IDLE && !loop->is_finishing && has_room(loop))
            post(receiver);
        link = &receiver->next;
    }
}

static bool is_of(const struct sg_receiver *receiver, struct sg_handle endpoint)
{
    return sg_handle_is_none(endpoint) ||
           sg_handle_word(receiver->endpoint) == sg_handle_word(endpoint);
}

/* An answer that is still in the queue must reach the kernel, so its entry is not withdrawn. */
static bool is_withdrawable(const struct sg_receiver *receiver)
{
    return receiver->state == RECEIVER_POSTED &&
           (receiver->token == 0 || sg_ring_pending(receiver->loop->ring) == 0);
}

void receivers_withdraw(struct sg_loop *loop, struct sg_handle endpoint)
{
    (void)sg_ring_enter(loop->ring, 0, 0);
    for (struct sg_receiver *receiver = loop->receivers; receiver; receiver = receiver->next) {
        if (is_withdrawable(receiver) && is_of(receiver, endpoint))
            (void)sg_ring_cancel(loop->ring, (uintptr_t)&receiver->operation);
    }
}

bool receivers_posted(const struct sg_loop *loop)
{
    for (const struct sg_receiver *receiver = loop->receivers; receiver;
         receiver = receiver->next) {
        if (receiver->state == RECEIVER_POSTED)
            return true;
    }
    return false;
}

/* Answers, and receives again in the same entry if it can. */
static void reply_and_receive(struct sg_receiver *receiver, uint32_t token, uint16_t method,
                              uint32_t length)
{
    struct sg_submission submission = {.opcode = SG_OP_REPLY,
                                       .flags = SG_SUBMIT_REARM,
                                       .method = method,
                                       .token = token,
                                       .message = receiver->message};

    submission.message.send_offset = receiver->reply_offset;
    submission.message.send_length = length;
    if (!receiver->is_closed && !receiver->loop->is_finishing)
        submit(receiver, &submission);
    if (receiver->state == RECEIVER_IDLE)
        /* By the other system call; the receive follows when there is room in the queue. */
        (void)answer_call(token, method, &submission.message);
}

static void handle_fault(struct sg_receiver *receiver, const struct sg_completion *completion)
{
    enum sg_fault_reply reply = SG_FAULT_STOP;
    struct sg_fault fault;

    if (receiver->faults != NULL && completion->result == (int32_t)sizeof fault) {
        memcpy(&fault, sg_ring_at(receiver->loop->ring, completion->offset), sizeof fault);
        reply = receiver->faults->fault(receiver->faults, completion->badge, &fault);
    }
    reply_and_receive(receiver, completion->token, (uint16_t)reply, 0);
}

static struct sg_call call_of(const struct sg_receiver *receiver,
                              const struct sg_completion *completion)
{
    struct sg_ring *ring = receiver->loop->ring;
    const uint8_t *request = sg_ring_at(ring, completion->offset);
    uint32_t length = (uint32_t)completion->result;
    struct sg_call call = {.badge = completion->badge,
                           .token = completion->token,
                           .method = completion->method,
                           .loop = receiver->loop,
                           .reply = sg_ring_at(ring, receiver->reply_offset),
                           .reply_capacity = receiver->reply_capacity,
                           .reply_capability = sg_ring_at(ring, receiver->list_offset),
                           .capability = sg_ring_at(ring, receiver->message.receive_caps_offset),
                           .capability_count = completion->caps};
    uint32_t header = header_read(request, length, &call.deadline_ns);

    call.request = request + header;
    call.request_length = length - header;
    return call;
}

/* A reply that carries capabilities is sent apart: what becomes of them must be known. */
static void reply_with_capabilities(const struct sg_receiver *receiver, const struct sg_call *call)
{
    const struct sg_message message = {.send_offset = receiver->reply_offset,
                                       .send_length = call->reply_length,
                                       .caps_offset = receiver->list_offset,
                                       .caps_count = call->reply_capability_count};

    (void)answer_call(call->token, 0, &message);
    message_release_moved(call->reply_capability, call->reply_capability_count);
}

static void handle_call(struct sg_receiver *receiver, const struct sg_completion *completion)
{
    struct sg_call call = call_of(receiver, completion);

    sg_count(calls, 1);
    if (receiver->interface == NULL || receiver->is_closed)
        (void)sg_call_refuse(&call, SG_RPC_UNIMPLEMENTED);
    else
        (void)receiver->interface->dispatch(receiver->self, &call);
    message_release(call.capability, call.capability_count);
    if (call.is_held)
        return;
    if (call.reply_capability_count != 0)
        reply_with_capabilities(receiver, &call);
    else
        reply_and_receive(receiver, call.token, 0, call.reply_length);
}

/* The entry came back without a call. */
static void handle_failure(struct sg_receiver *receiver, enum sg_status status)
{
    uint32_t token = receiver->token;

    switch (status) {
    case SG_TOO_BIG: /* the reply, for its caller: it gets the status alone */
        if (token != 0)
            answer_refuse(token, SG_RPC_TOO_BIG);
        break;
    case SG_AGAIN:
    case SG_BAD_TOKEN:
    case SG_CANCELLED:
        break;
    case SG_LIMIT:
        receiver->state = RECEIVER_PARKED;
        receiver->answered = receiver->loop->answered;
        break;
    default:
        if (receiver->is_closed)
            break;
        receiver->state = RECEIVER_ENDED;
        receiver->loop->status = status;
        sg_loop_stop(receiver->loop);
    }
}

void receiver_done(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct sg_receiver *receiver = (struct sg_receiver *)operation;

    receiver->state = RECEIVER_IDLE;
    receiver->loop->unposted++;
    if (completion->result < 0)
        handle_failure(receiver, (enum sg_status)completion->result);
    else if (completion->flags & SG_COMPLETE_FAULT)
        handle_fault(receiver, completion);
    else
        handle_call(receiver, completion);
}

_Static_assert(offsetof(struct sg_receiver, operation) == 0, "an operation is its receiver");
