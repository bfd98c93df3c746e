/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc/trip.h"

#include <string.h>

#include "rpc/message.h"
#include "rpc/wire.h"

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Where the capabilities lie, behind the longer of the two messages. */
static uint32_t list_offset(const struct sg_rpc_method *method)
{
    uint32_t bytes = larger(method->request.bytes_max + SG_RPC_HEADER_BYTES,
                            method->reply.bytes_max + SG_RPC_ENVELOPE_BYTES);

    return (bytes + 7) / 8 * 8;
}

static uint32_t buffer_bytes(const struct sg_rpc_method *method)
{
    uint32_t handles = method->reply.capability_count * (uint32_t)sizeof(struct sg_handle);

    return list_offset(method) + larger(message_list_bytes(&method->request), handles);
}

void trip_drop(struct sg_ring *ring, const struct sg_rpc_method *method, uint32_t buffer)
{
    sg_ring_buffer_free(ring, buffer, buffer_bytes(method));
}

enum sg_status trip_begin(struct sg_ring *ring, const struct sg_rpc_method *method,
                          uint64_t deadline_ns, const void *request, struct sg_message *message)
{
    uint32_t offset;
    void *bytes;
    enum sg_status status;

    if (method->request.bytes_max > SG_MESSAGE_MAX - SG_RPC_HEADER_BYTES ||
        method->reply.bytes_max > SG_MESSAGE_MAX - SG_RPC_ENVELOPE_BYTES)
        return SG_TOO_BIG;
    status = sg_ring_buffer(ring, buffer_bytes(method), &offset, &bytes);
    if (status != SG_OK)
        return status;
    uint32_t header = header_write(bytes, deadline_ns);
    int32_t length = message_encode(&method->request, request, (uint8_t *)bytes + header);
    if (length < 0) {
        trip_drop(ring, method, offset);
        return SG_BAD_ARGUMENT;
    }
    uint32_t list = offset + list_offset(method);
    memset(sg_ring_at(ring, list), 0, message_list_bytes(&method->request));
    *message = (struct sg_message){
        .send_offset = offset,
        .send_length = header + (uint32_t)length,
        .receive_offset = offset,
        .receive_length = method->reply.bytes_max + SG_RPC_ENVELOPE_BYTES,
        .caps_offset = list,
        .caps_count = message_list(&method->request, request, sg_ring_at(ring, list)),
        .receive_caps_offset = list,
        .receive_caps_count = method->reply.capability_count};
    return SG_OK;
}

struct sg_result trip_status(const struct sg_rpc_method *method, const uint8_t *bytes,
                             int32_t result)
{
    const struct sg_result bad = {SG_OK, SG_RPC_BAD_MESSAGE};

    if (result < 0)
        return (struct sg_result){.transport = (enum sg_status)result};
    if (result < (int32_t)SG_RPC_ENVELOPE_BYTES ||
        (uint32_t)result > method->reply.bytes_max + SG_RPC_ENVELOPE_BYTES)
        return bad;
    uint32_t status = envelope_read(bytes);
    return status > INT32_MAX ? bad : (struct sg_result){SG_OK, (enum sg_rpc_status)status};
}

struct sg_result trip_end(struct sg_ring *ring, const struct sg_rpc_method *method,
                          struct trip_end end, void *reply)
{
    const uint8_t *bytes = sg_ring_at(ring, end.buffer);
    const struct sg_handle *handle = sg_ring_at(ring, end.buffer + list_offset(method));
    struct sg_result result = trip_status(method, bytes, end.result);

    if (end.result < 0) /* the list is as it was */
        message_release_moved(sg_ring_at(ring, end.buffer + list_offset(method)),
                              method->request.capability_count);
    if (sg_succeeded(result) &&
        (!message_decode(&method->reply, bytes + SG_RPC_ENVELOPE_BYTES,
                         (uint32_t)end.result - SG_RPC_ENVELOPE_BYTES, reply) ||
         !message_bind(&method->reply, reply, handle, end.caps)))
        result.rpc = SG_RPC_BAD_MESSAGE;
    if (!sg_succeeded(result))
        message_release(handle, end.caps);
    trip_drop(ring, method, end.buffer);
    return result;
}
