/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers given apart from a receive: late ones, and those that had no room in the queue. */
#include <pb_decode.h>
#include <pb_encode.h>
#include <stddef.h>
#include <string.h>

#include "server/envelope.h"
#include "server/receiver.h"
#include "signet/generated.h"
#include "signet/syscall.h"

static uint32_t answers;

uint32_t answers_given(void)
{
    return answers;
}

static enum sg_status reply_registers(uint32_t token, uint16_t method, const void *reply,
                                      uint32_t length)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_REPLY, 0, method, length),
                                     .token = token};

    memcpy(registers.word, reply, length);
    sg_invoke(&registers);
    int32_t result = sg_registers_result(&registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

static enum sg_status reply_arena(uint32_t token, uint16_t method, uint32_t offset, uint32_t length)
{
    struct sg_message message = {.send_offset = offset, .send_length = length};
    struct sg_registers registers = {
        .operation = sg_operation_word(SG_OP_REPLY, SG_SUBMIT_ARENA, method, 0), .token = token};

    memcpy(registers.word, &message, sizeof message);
    sg_invoke(&registers);
    int32_t result = sg_registers_result(&registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

/* A caller whose buffer is too small learns that, instead of waiting for ever. */
static enum sg_status answered(uint32_t token, enum sg_status status)
{
    uint8_t refusal[SG_RPC_ENVELOPE_BYTES];

    if (status == SG_TOO_BIG || status == SG_LIMIT) {
        (void)envelope_write(refusal, SG_RPC_TOO_BIG);
        (void)reply_registers(token, 0, refusal, sizeof refusal);
    }
    return status;
}

enum sg_status answer_call(uint32_t token, uint16_t method, const uint8_t *reply, uint32_t length)
{
    struct sg_ring *ring = sg_own_ring();
    uint32_t offset;
    void *buffer;

    if (length <= SG_REGISTER_BYTES)
        return answered(token, reply_registers(token, method, reply, length));
    enum sg_status status = sg_ring_buffer(ring, length, &offset, &buffer);
    if (status != SG_OK)
        return answered(token, status);
    memcpy(buffer, reply, length);
    status = reply_arena(token, method, offset, length);
    sg_ring_buffer_free(ring, offset, length);
    return answered(token, status);
}

enum sg_status sg_call_answer(const struct sg_call *call, const void *reply, uint32_t length)
{
    answers++;
    return answer_call(call->token, 0, reply, length);
}

int sg_call_decode(const struct sg_call *call, const void *fields, void *request)
{
    pb_istream_t stream = pb_istream_from_buffer(call->request, call->request_length);

    return pb_decode(&stream, fields, request) ? SG_RPC_OK : SG_RPC_BAD_MESSAGE;
}

/* Envelope and message; a message is sent with status 0 only. */
static uint32_t encode(uint8_t *reply, uint32_t capacity, int status, const void *fields,
                       const void *message)
{
    uint32_t length = envelope_write(reply, status < 0 ? SG_RPC_INTERNAL : status);
    pb_ostream_t stream = pb_ostream_from_buffer(reply + length, capacity - length);

    if (status != SG_RPC_OK || fields == NULL)
        return length;
    if (!pb_encode(&stream, fields, message))
        return envelope_write(reply, SG_RPC_INTERNAL);
    return length + (uint32_t)stream.bytes_written;
}

int sg_call_finish(struct sg_call *call, int status, const void *fields, const void *reply)
{
    if (status != SG_RPC_LATER)
        call->reply_length = encode(call->reply, call->reply_capacity, status, fields, reply);
    return status;
}

enum sg_status sg_call_reply(const struct sg_call *call, int status, const struct sg_reply *reply)
{
    uint32_t capacity = reply->bytes_max + SG_RPC_ENVELOPE_BYTES;
    struct sg_ring *ring = sg_own_ring();
    uint8_t small[SG_REGISTER_BYTES];
    uint32_t offset;
    void *buffer;

    answers++;
    if (capacity <= sizeof small)
        return answer_call(call->token, 0, small,
                           encode(small, sizeof small, status, reply->fields, reply->message));
    if (sg_ring_buffer(ring, capacity, &offset, &buffer) != SG_OK)
        return answer_call(call->token, 0, small, envelope_write(small, SG_RPC_INTERNAL));
    uint32_t length = encode(buffer, capacity, status, reply->fields, reply->message);
    enum sg_status sent = reply_arena(call->token, 0, offset, length);
    sg_ring_buffer_free(ring, offset, capacity);
    return answered(call->token, sent);
}

int sg_call_describe(struct sg_call *call, const struct sg_interface *interface)
{
    uint32_t offset = 0;
    uint32_t length = envelope_write(call->reply, SG_RPC_OK);
    uint32_t room = call->reply_capacity - length;

    if (call->request_length != sizeof offset)
        return sg_call_finish(call, SG_RPC_BAD_MESSAGE, NULL, NULL);
    offset = envelope_read(call->request);
    if (offset < interface->descriptor_length) {
        uint32_t left = interface->descriptor_length - offset;
        uint32_t chunk = left < room ? left : room;
        chunk = chunk < SG_DESCRIBE_BYTES_MAX ? chunk : SG_DESCRIBE_BYTES_MAX;
        memcpy(call->reply + length, interface->descriptor + offset, chunk);
        length += chunk;
    }
    call->reply_length = length;
    return SG_RPC_OK;
}
