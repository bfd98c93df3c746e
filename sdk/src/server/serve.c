/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/serve.h"

#include <stdlib.h>

#include "abi/object.h"

#define RECEIVES_MAX 4u /* in flight on one endpoint */
#define ARENA_SHARE 4u  /* one part of this many of the arena is one service's */
#define REQUEST_LEAST ((uint32_t)sizeof(struct sg_fault))

static uint32_t aligned(uint32_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

/* Lays the parts of the buffer out, from offset 0: request, reply, handles received, list sent. */
static void lay_out(struct sg_receiver *receiver, const struct sg_interface *interface)
{
    uint32_t request = interface->request_bytes_max;

    receiver->message.receive_length = request > REQUEST_LEAST ? request : REQUEST_LEAST;
    receiver->reply_offset = aligned(receiver->message.receive_length);
    receiver->reply_capacity = interface->reply_bytes_max;
    receiver->message.receive_caps_offset =
        receiver->reply_offset + aligned(receiver->reply_capacity);
    receiver->message.receive_caps_count = interface->request_capabilities_max;
    receiver->list_offset =
        receiver->message.receive_caps_offset +
        interface->request_capabilities_max * (uint32_t)sizeof(struct sg_handle);
    receiver->buffer_bytes = receiver->list_offset + interface->reply_capabilities_max *
                                                         (uint32_t)sizeof(struct sg_cap_transfer);
}

static enum sg_status add(const struct sg_receiver *model)
{
    struct sg_receiver *receiver = malloc(sizeof *receiver);
    uint32_t offset;
    void *buffer;

    if (receiver == NULL)
        return SG_NO_FRAMES;
    enum sg_status status =
        sg_ring_buffer(model->loop->ring, model->buffer_bytes, &offset, &buffer);
    if (status != SG_OK) {
        free(receiver);
        return status;
    }
    *receiver = *model;
    receiver->operation.done = receiver_done;
    receiver->message.receive_offset = offset;
    receiver->reply_offset += offset;
    receiver->message.receive_caps_offset += offset;
    receiver->list_offset += offset;
    receiver->next = receiver->loop->receivers;
    receiver->loop->receivers = receiver;
    receiver->loop->unposted++;
    return SG_OK;
}

void receiver_free(struct sg_receiver *receiver)
{
    sg_ring_buffer_free(receiver->loop->ring, receiver->message.receive_offset,
                        receiver->buffer_bytes);
    free(receiver);
}

/* One receive at least; up to so many when the arena has room for them. */
static enum sg_status add_some(const struct sg_receiver *model, uint32_t receives)
{
    uint32_t share = model->loop->ring->arena_bytes / ARENA_SHARE;
    enum sg_status status = add(model);

    for (uint32_t i = 1; i < receives && status == SG_OK && (i + 1) * model->buffer_bytes <= share;
         i++) {
        if (add(model) != SG_OK)
            break;
    }
    return status;
}

enum sg_status serve(struct sg_loop *loop, struct sg_handle endpoint,
                     const struct sg_interface *interface, void *self, uint32_t receives)
{
    struct sg_receiver model = {
        .loop = loop, .endpoint = endpoint, .interface = interface, .self = self};

    lay_out(&model, interface);
    return add_some(&model, receives);
}

enum sg_status sg_loop_serve(struct sg_loop *loop, struct sg_handle endpoint,
                             const struct sg_interface *interface, void *self)
{
    return serve(loop, endpoint, interface, self, RECEIVES_MAX);
}

enum sg_status sg_loop_faults(struct sg_loop *loop, struct sg_handle endpoint,
                              struct sg_fault_watch *watch)
{
    static const struct sg_interface faults = {.reply_bytes_max = SG_RPC_ENVELOPE_BYTES};
    struct sg_receiver model = {.loop = loop, .endpoint = endpoint, .faults = watch};

    lay_out(&model, &faults);
    return add_some(&model, RECEIVES_MAX);
}

/* What has completed meanwhile is still handled; receivers_post frees them. */
void sg_loop_close(struct sg_loop *loop, struct sg_handle endpoint)
{
    for (struct sg_receiver *receiver = loop->receivers; receiver; receiver = receiver->next) {
        if (sg_handle_word(receiver->endpoint) == sg_handle_word(endpoint))
            receiver->is_closed = true;
    }
    receivers_withdraw(loop, endpoint);
}

enum sg_status sg_loop_offer(struct sg_loop *loop, const struct sg_interface *interface, void *self,
                             struct sg_owned *endpoint)
{
    static const uint64_t none[3];
    enum sg_status status = sg_owned_create(SG_TYPE_ENDPOINT, none, endpoint);

    if (status != SG_OK)
        return status;
    status = sg_loop_serve(loop, endpoint->handle, interface, self);
    if (status != SG_OK)
        sg_loop_withdraw(loop, endpoint);
    return status;
}

void sg_loop_withdraw(struct sg_loop *loop, struct sg_owned *endpoint)
{
    sg_loop_close(loop, endpoint->handle);
    (void)sg_owned_destroy(endpoint);
}
