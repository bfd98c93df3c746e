/* SPDX-License-Identifier: BSD-2-Clause */
/* What generated dispatch does around a handler, and answers given apart from a receive: late ones,
   those with capabilities, and those that had no room in the queue. */
#include "server/answer.h"

#include <stddef.h>
#include <string.h>

#include "rpc/message.h"
#include "rpc/wire.h"
#include "server/task.h"
#include "signet/generated.h"
#include "signet/syscall.h"

static enum sg_status reply_registers(uint32_t token, const uint8_t *reply, uint32_t length)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_REPLY, 0, 0, length),
                                     .token = token};

    memcpy(registers.word, reply, length);
    sg_invoke(&registers);
    int32_t result = sg_registers_result(&registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

static enum sg_status reply_arena(uint32_t token, uint16_t method, const struct sg_message *message)
{
    struct sg_registers registers = {
        .operation = sg_operation_word(SG_OP_REPLY, SG_SUBMIT_ARENA, method, 0), .token = token};

    memcpy(registers.word, message, sizeof *message);
    sg_invoke(&registers);
    int32_t result = sg_registers_result(&registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

/* A caller without room for a status either gets an empty reply: left open, its calls would use up the
   records of this ring. */
void answer_refuse(uint32_t token, enum sg_rpc_status why)
{
    uint8_t refusal[SG_RPC_ENVELOPE_BYTES];

    (void)envelope_write(refusal, why);
    if (reply_registers(token, refusal, sizeof refusal) == SG_TOO_BIG)
        (void)reply_registers(token, refusal, 0);
}

/* A refused answer leaves the call open; its caller gets the status alone, instead of waiting for
   ever. */
static enum sg_status answered(uint32_t token, enum sg_status status)
{
    switch (status) {
    case SG_OK:
    case SG_PEER_GONE:
    case SG_BAD_TOKEN:
        break;
    case SG_TOO_BIG:
        answer_refuse(token, SG_RPC_TOO_BIG);
        break;
    default: /* a capability that is not there, or no room for it */
        answer_refuse(token, SG_RPC_INTERNAL);
    }
    return status;
}

enum sg_status answer_call(uint32_t token, uint16_t method, const struct sg_message *message)
{
    return answered(token, reply_arena(token, method, message));
}

/* A reply being made: envelope and message in bytes, its capabilities in the list. */
struct answer {
    uint8_t *bytes;
    struct sg_cap_transfer *list;
    uint32_t length;
    uint32_t capability_count;
};

/* A message and its capabilities are sent with status 0 only; what would have been moved is given
   away all the same. */
static void fill(struct answer *answer, enum sg_rpc_status status,
                 const struct sg_rpc_message *type, const void *reply)
{
    int32_t bytes = 0;

    answer->capability_count = message_list(type, reply, answer->list);
    if (status == SG_RPC_OK)
        bytes = message_encode(type, reply, answer->bytes + SG_RPC_ENVELOPE_BYTES);
    if (bytes < 0)
        status = SG_RPC_INTERNAL;
    if (status != SG_RPC_OK) {
        message_release_moved(answer->list, answer->capability_count);
        answer->capability_count = 0;
        bytes = 0;
    }
    answer->length =
        envelope_write(answer->bytes, status < 0 ? SG_RPC_INTERNAL : status) + (uint32_t)bytes;
}

enum sg_rpc_status sg_call_open(const struct sg_call *call, const struct sg_rpc_message *type,
                                void *request)
{
    return message_decode(type, call->request, call->request_length, request) &&
                   message_bind(type, request, call->capability, call->capability_count)
               ? SG_RPC_OK
               : SG_RPC_BAD_MESSAGE;
}

enum sg_rpc_status sg_call_close(struct sg_call *call, enum sg_rpc_status status,
                                 const struct sg_rpc_message *type, const void *reply)
{
    struct answer answer = {.bytes = call->reply, .list = call->reply_capability};

    if (call->is_held)
        return SG_RPC_LATER;
    fill(&answer, status, type, reply);
    call->reply_length = answer.length;
    call->reply_capability_count = answer.capability_count;
    return status;
}

enum sg_rpc_status sg_call_refuse(struct sg_call *call, enum sg_rpc_status status)
{
    call->reply_length = envelope_write(call->reply, status);
    return status;
}

static void give_up(const struct sg_rpc_message *type, const void *reply)
{
    struct sg_cap_transfer list[SG_MESSAGE_CAPS_MAX];

    message_release_moved(list, message_list(type, reply, list));
}

static enum sg_status send_small(uint32_t token, enum sg_rpc_status status,
                                 const struct sg_rpc_message *type, const void *reply)
{
    uint8_t bytes[SG_REGISTER_BYTES];
    struct answer answer = {.bytes = bytes};

    fill(&answer, status, type, reply);
    return answered(token, reply_registers(token, bytes, answer.length));
}

static enum sg_status send_large(struct sg_ring *ring, uint32_t token, enum sg_rpc_status status,
                                 const struct sg_rpc_message *type, const void *reply)
{
    uint32_t list = (type->bytes_max + SG_RPC_ENVELOPE_BYTES + 7) / 8 * 8;
    uint32_t offset;
    void *buffer;
    enum sg_status sent = sg_ring_buffer(ring, list + message_list_bytes(type), &offset, &buffer);

    if (sent != SG_OK) {
        give_up(type, reply);
        return answered(token, sent);
    }
    struct answer answer = {.bytes = buffer, .list = sg_ring_at(ring, offset + list)};
    fill(&answer, status, type, reply);
    sent = answer_call(token, 0,
                       &(struct sg_message){.send_offset = offset,
                                            .send_length = answer.length,
                                            .caps_offset = offset + list,
                                            .caps_count = answer.capability_count});
    message_release_moved(answer.list, answer.capability_count);
    sg_ring_buffer_free(ring, offset, list + message_list_bytes(type));
    return sent;
}

static enum sg_status send(struct sg_ring *ring, uint32_t token, enum sg_rpc_status status,
                           const struct sg_rpc_message *type, const void *reply)
{
    if (type->bytes_max + SG_RPC_ENVELOPE_BYTES <= SG_REGISTER_BYTES && type->capability_count == 0)
        return send_small(token, status, type, reply);
    return send_large(ring, token, status, type, reply);
}

enum sg_status sg_call_reply(struct sg_held_call *held, enum sg_rpc_status status,
                             const struct sg_rpc_message *type, const void *reply)
{
    uint32_t token = held->token;

    held_leave_task(held);
    if (token == 0) {
        give_up(type, reply);
        return SG_PEER_GONE;
    }
    held_end(held);
    return send(held->loop->ring, token, status, type, reply);
}

enum sg_rpc_status sg_call_describe(struct sg_call *call, const struct sg_interface *interface)
{
    uint32_t offset = 0;
    uint32_t length = envelope_write(call->reply, SG_RPC_OK);
    uint32_t room = call->reply_capacity - length;

    if (call->request_length != sizeof offset)
        return sg_call_refuse(call, SG_RPC_BAD_MESSAGE);
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

struct sg_handle sg_call_take(struct sg_call *call, struct sg_handle handle)
{
    for (uint32_t i = 0; i < call->capability_count; i++)
        if (sg_handle_word(call->capability[i]) == sg_handle_word(handle))
            call->capability[i] = SG_HANDLE_NONE;
    return handle;
}
