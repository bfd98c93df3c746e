/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that wait for their reply, in registers when both messages surely fit there. */
#include <pb_decode.h>
#include <pb_encode.h>
#include <stddef.h>
#include <string.h>

#include "server/envelope.h"
#include "signet/ring.h"
#include "signet/rpc.h"
#include "signet/syscall.h"

/* One call's place in the arena, or in registers. */
struct exchange {
    struct sg_registers registers;
    uint32_t request_capacity;
    uint32_t reply_capacity; /* envelope included */
    uint32_t request_offset;
    uint32_t reply_offset;
    uint8_t *request;
    uint8_t *reply;
};

static int fits_registers(const struct exchange *exchange)
{
    return exchange->request_capacity <= SG_REGISTER_BYTES &&
           exchange->reply_capacity <= SG_REGISTER_BYTES;
}

static enum sg_status take_arena(struct exchange *exchange)
{
    struct sg_ring *ring = sg_own_ring();
    void *request, *reply;
    uint32_t request_bytes = exchange->request_capacity != 0 ? exchange->request_capacity : 1;
    enum sg_status status =
        sg_ring_buffer(ring, request_bytes, &exchange->request_offset, &request);

    if (status != SG_OK)
        return status;
    status = sg_ring_buffer(ring, exchange->reply_capacity, &exchange->reply_offset, &reply);
    if (status != SG_OK) {
        sg_ring_buffer_free(ring, exchange->request_offset, request_bytes);
        return status;
    }
    exchange->request_capacity = request_bytes;
    exchange->request = request;
    exchange->reply = reply;
    return SG_OK;
}

static enum sg_status begin(struct exchange *exchange)
{
    if (!fits_registers(exchange))
        return take_arena(exchange);
    memset(exchange->registers.word, 0, sizeof exchange->registers.word);
    exchange->request = (uint8_t *)exchange->registers.word;
    exchange->reply = (uint8_t *)exchange->registers.word;
    return SG_OK;
}

static void end(struct exchange *exchange)
{
    if (exchange->request == (uint8_t *)exchange->registers.word)
        return;
    sg_ring_buffer_free(sg_own_ring(), exchange->request_offset, exchange->request_capacity);
    sg_ring_buffer_free(sg_own_ring(), exchange->reply_offset, exchange->reply_capacity);
}

/* Sends the request; returns the reply's length, envelope included, or a transport status. */
static int32_t travel(struct exchange *exchange, struct sg_handle service, uint16_t method,
                      uint64_t timeout_ns, uint32_t length)
{
    struct sg_registers *registers = &exchange->registers;
    uint32_t flags = timeout_ns == SG_FOREVER ? 0 : SG_CALL_RELATIVE;

    if (exchange->request != (uint8_t *)registers->word) {
        struct sg_message message = {.send_offset = exchange->request_offset,
                                     .send_length = length,
                                     .receive_offset = exchange->reply_offset,
                                     .receive_length = exchange->reply_capacity};
        memset(registers->word, 0, sizeof registers->word);
        memcpy(registers->word, &message, sizeof message);
        flags |= SG_SUBMIT_ARENA;
        length = 0;
    }
    registers->operation = sg_operation_word(SG_OP_CALL, flags, method, length);
    registers->handle = sg_handle_word(service);
    registers->deadline_ns = timeout_ns;
    registers->token = 0;
    sg_invoke(registers);
    return sg_registers_result(registers);
}

/* What a reply's envelope says, once the reply came. */
static int open_envelope(const struct exchange *exchange, int32_t result)
{
    if (result < 0)
        return result;
    if (result < (int32_t)SG_RPC_ENVELOPE_BYTES || (uint32_t)result > exchange->reply_capacity)
        return SG_RPC_BAD_MESSAGE;
    uint32_t status = envelope_read(exchange->reply);
    return status > INT32_MAX ? SG_RPC_BAD_MESSAGE : (int)status;
}

int sg_rpc_call(struct sg_handle service, uint16_t method, const struct sg_rpc_buffers *buffers,
                uint32_t *reply_length)
{
    if (buffers->request_length > SG_MESSAGE_MAX ||
        buffers->reply_capacity > SG_MESSAGE_MAX - SG_RPC_ENVELOPE_BYTES)
        return SG_TOO_BIG;
    struct exchange exchange = {.request_capacity = buffers->request_length,
                                .reply_capacity = buffers->reply_capacity + SG_RPC_ENVELOPE_BYTES};
    int status = begin(&exchange);
    if (status != SG_OK)
        return status;
    if (buffers->request_length != 0)
        memcpy(exchange.request, buffers->request, buffers->request_length);
    int32_t result =
        travel(&exchange, service, method, buffers->timeout_ns, buffers->request_length);
    status = open_envelope(&exchange, result);
    if (status == SG_RPC_OK) {
        *reply_length = (uint32_t)result - SG_RPC_ENVELOPE_BYTES;
        if (*reply_length != 0)
            memcpy(buffers->reply, exchange.reply + SG_RPC_ENVELOPE_BYTES, *reply_length);
    }
    end(&exchange);
    return status;
}

/* Encodes into the exchange; the message's length, or -1. */
static int64_t encode(const struct exchange *exchange, const struct sg_rpc_method *method,
                      const void *request)
{
    pb_ostream_t stream = pb_ostream_from_buffer(exchange->request, method->request_bytes_max);

    return pb_encode(&stream, method->request_fields, request) ? (int64_t)stream.bytes_written : -1;
}

static int decode(const struct exchange *exchange, const struct sg_rpc_method *method,
                  int32_t length, void *reply)
{
    pb_istream_t stream = pb_istream_from_buffer(exchange->reply + SG_RPC_ENVELOPE_BYTES,
                                                 (size_t)length - SG_RPC_ENVELOPE_BYTES);

    return pb_decode(&stream, method->reply_fields, reply) ? SG_RPC_OK : SG_RPC_BAD_MESSAGE;
}

int sg_rpc_invoke(struct sg_handle service, const struct sg_rpc_method *method, uint64_t timeout_ns,
                  const void *request, void *reply)
{
    struct exchange exchange = {.request_capacity = method->request_bytes_max,
                                .reply_capacity = method->reply_bytes_max + SG_RPC_ENVELOPE_BYTES};
    int status = begin(&exchange);

    if (status != SG_OK)
        return status;
    int64_t length = encode(&exchange, method, request);
    if (length < 0) {
        end(&exchange);
        return SG_RPC_BAD_MESSAGE;
    }
    int32_t result = travel(&exchange, service, method->number, timeout_ns, (uint32_t)length);
    status = open_envelope(&exchange, result);
    if (status == SG_RPC_OK)
        status = decode(&exchange, method, result, reply);
    end(&exchange);
    return status;
}

int sg_rpc_describe(struct sg_handle service, void *descriptor, uint32_t capacity, uint32_t *length)
{
    uint8_t chunk[SG_DESCRIBE_BYTES_MAX];
    uint32_t total = 0;

    for (;;) {
        uint8_t offset[4];
        struct sg_rpc_buffers buffers = {.request = offset,
                                         .request_length = sizeof offset,
                                         .reply = chunk,
                                         .reply_capacity = sizeof chunk,
                                         .timeout_ns = SG_FOREVER};
        uint32_t bytes;
        (void)envelope_write(offset, (int)total);
        int status = sg_rpc_call(service, SG_METHOD_DESCRIBE, &buffers, &bytes);
        if (status != SG_RPC_OK)
            return status;
        if (bytes == 0)
            break;
        if (bytes > capacity - total)
            return SG_TOO_BIG;
        memcpy((uint8_t *)descriptor + total, chunk, bytes);
        total += bytes;
    }
    *length = total;
    return SG_RPC_OK;
}
