/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/receiver.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "server/envelope.h"

#define RECEIVES_MAX 4u   /* in flight on one endpoint */
#define RESERVED_SHARE 4u /* one record of this many is not for receives */
#define ARENA_SHARE 4u    /* one part of this many of the arena is one service's */
#define REQUEST_LEAST ((uint32_t)sizeof(struct sg_fault))

static void fill_receive(const struct sg_receiver *receiver, struct sg_submission *submission)
{
    submission->handle_index = receiver->endpoint.index;
    submission->handle_generation = receiver->endpoint.generation;
    submission->message.receive_offset = receiver->request_offset;
    submission->message.receive_length = receiver->request_capacity;
}

static void submit(struct sg_receiver *receiver, struct sg_submission *submission)
{
    enum sg_status status = sg_loop_submit(receiver->loop, submission, &receiver->operation);

    /* A queue that is full now has room after the next step. */
    receiver->state = status == SG_OK ? RECEIVER_POSTED : RECEIVER_IDLE;
    receiver->token = status == SG_OK ? submission->token : 0;
}

static void post(struct sg_receiver *receiver)
{
    struct sg_submission submission = {.opcode = SG_OP_RECV};

    fill_receive(receiver, &submission);
    submit(receiver, &submission);
}

/* Every operation in flight and every call not yet answered takes a record of the ring. Receives
   leave some to others, so that clients who wait cannot keep a driver from its interrupt. */
static bool has_room(const struct sg_loop *loop)
{
    uint32_t records = loop->ring->completion_count;
    int32_t held = (int32_t)(loop->later_count - answers_given());

    return loop->in_flight + (held > 0 ? (uint32_t)held : 0) < records - records / RESERVED_SHARE;
}

void receivers_post(struct sg_loop *loop)
{
    for (struct sg_receiver *receiver = loop->receivers; receiver; receiver = receiver->next) {
        if (receiver->state == RECEIVER_PARKED && receiver->answered != answers_given())
            receiver->state = RECEIVER_IDLE;
        if (receiver->state == RECEIVER_IDLE && has_room(loop))
            post(receiver);
    }
}

/* Answers and receives again in one entry. */
static void reply_and_receive(struct sg_receiver *receiver, uint32_t token, uint16_t method,
                              uint32_t length)
{
    struct sg_submission submission = {
        .opcode = SG_OP_REPLY, .flags = SG_SUBMIT_REARM, .method = method, .token = token};

    submission.message.send_offset = receiver->reply_offset;
    submission.message.send_length = length;
    fill_receive(receiver, &submission);
    submit(receiver, &submission);
    if (receiver->state == RECEIVER_IDLE)
        /* No room in the queue: by the other system call, and the receive follows. */
        (void)answer_call(token, method, sg_ring_at(receiver->loop->ring, receiver->reply_offset),
                          length);
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

static void handle_call(struct sg_receiver *receiver, const struct sg_completion *completion)
{
    struct sg_ring *ring = receiver->loop->ring;
    struct sg_call call = {.badge = completion->badge,
                           .token = completion->token,
                           .method = completion->method,
                           .request_length = (uint32_t)completion->result,
                           .request = sg_ring_at(ring, completion->offset),
                           .reply = sg_ring_at(ring, receiver->reply_offset),
                           .reply_capacity = receiver->reply_capacity};
    int status = SG_RPC_UNIMPLEMENTED;

    if (receiver->dispatch != NULL)
        status = receiver->dispatch(receiver->self, &call);
    else
        call.reply_length = envelope_write(call.reply, SG_RPC_UNIMPLEMENTED);
    if (status == SG_RPC_LATER) {
        receiver->state = RECEIVER_IDLE;
        receiver->loop->later_count++;
    } else {
        reply_and_receive(receiver, call.token, 0, call.reply_length);
    }
}

/* The entry came back without a call. */
static void handle_failure(struct sg_receiver *receiver, enum sg_status status)
{
    uint32_t token = receiver->token;

    switch (status) {
    case SG_TOO_BIG: /* the reply, for its caller: it gets the status alone */
        envelope_write(sg_ring_at(receiver->loop->ring, receiver->reply_offset), SG_RPC_TOO_BIG);
        if (token != 0)
            (void)answer_call(token, 0, sg_ring_at(receiver->loop->ring, receiver->reply_offset),
                              SG_RPC_ENVELOPE_BYTES);
        receiver->state = RECEIVER_IDLE;
        break;
    case SG_AGAIN:
    case SG_BAD_TOKEN:
    case SG_CANCELLED:
        receiver->state = RECEIVER_IDLE;
        break;
    case SG_LIMIT:
        receiver->state = RECEIVER_PARKED;
        receiver->answered = answers_given();
        break;
    default:
        receiver->state = RECEIVER_ENDED;
        receiver->loop->status = status;
        sg_loop_stop(receiver->loop);
    }
    receiver->token = 0;
}

static void received(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct sg_receiver *receiver = (struct sg_receiver *)operation;

    if (completion->result < 0)
        handle_failure(receiver, (enum sg_status)completion->result);
    else if (completion->flags & SG_COMPLETE_FAULT)
        handle_fault(receiver, completion);
    else
        handle_call(receiver, completion);
}

_Static_assert(offsetof(struct sg_receiver, operation) == 0, "an operation is its receiver");

static enum sg_status take_buffers(struct sg_receiver *receiver)
{
    struct sg_ring *ring = receiver->loop->ring;
    void *pointer;
    enum sg_status status =
        sg_ring_buffer(ring, receiver->request_capacity, &receiver->request_offset, &pointer);

    if (status != SG_OK)
        return status;
    status = sg_ring_buffer(ring, receiver->reply_capacity, &receiver->reply_offset, &pointer);
    if (status != SG_OK)
        sg_ring_buffer_free(ring, receiver->request_offset, receiver->request_capacity);
    return status;
}

static enum sg_status add(const struct sg_receiver *model)
{
    struct sg_receiver *receiver = malloc(sizeof *receiver);

    if (receiver == NULL)
        return SG_NO_FRAMES;
    *receiver = *model;
    receiver->operation.done = received;
    enum sg_status status = take_buffers(receiver);
    if (status != SG_OK) {
        free(receiver);
        return status;
    }
    receiver->next = receiver->loop->receivers;
    receiver->loop->receivers = receiver;
    return SG_OK;
}

/* One receive at least; a few when the arena has room for them. */
static enum sg_status add_some(const struct sg_receiver *model)
{
    uint32_t share = model->loop->ring->arena_bytes / ARENA_SHARE;
    uint32_t each = model->request_capacity + model->reply_capacity;
    enum sg_status status = add(model);

    for (uint32_t i = 1; i < RECEIVES_MAX && status == SG_OK && (i + 1) * each <= share; i++) {
        if (add(model) != SG_OK)
            break;
    }
    return status;
}

enum sg_status sg_loop_serve(struct sg_loop *loop, struct sg_handle endpoint,
                             const struct sg_interface *interface, sg_dispatch *dispatch,
                             void *self)
{
    uint32_t request = interface->request_bytes_max;
    struct sg_receiver model = {
        .loop = loop,
        .endpoint = endpoint,
        .dispatch = dispatch,
        .self = self,
        .request_capacity = request > REQUEST_LEAST ? request : REQUEST_LEAST,
        .reply_capacity = interface->reply_bytes_max,
    };

    return add_some(&model);
}

enum sg_status sg_loop_faults(struct sg_loop *loop, struct sg_handle endpoint,
                              struct sg_fault_watch *watch)
{
    struct sg_receiver model = {.loop = loop,
                                .endpoint = endpoint,
                                .faults = watch,
                                .request_capacity = REQUEST_LEAST,
                                .reply_capacity = SG_RPC_ENVELOPE_BYTES};

    return add_some(&model);
}
