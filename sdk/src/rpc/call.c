/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that wait for their reply, in registers when both messages surely fit there. */
#include <string.h>

#include "rpc/message.h"
#include "rpc/trip.h"
#include "rpc/wire.h"
#include "signet/syscall.h"

/* How long a call waits, and what of that the server hears. */
struct patience {
    uint64_t deadline_ns;
    uint64_t told_ns; /* SG_FOREVER: nothing */
    uint32_t flags;   /* enum sg_call_flag */
};

static bool fits_registers(const struct sg_rpc_method *method, const struct patience *patience)
{
    uint32_t header = patience->told_ns == SG_FOREVER ? 0 : SG_RPC_HEADER_BYTES;

    return method->request.bytes_max + header <= SG_REGISTER_BYTES &&
           method->reply.bytes_max + SG_RPC_ENVELOPE_BYTES <= SG_REGISTER_BYTES &&
           method->request.capability_count + method->reply.capability_count == 0;
}

static void travel(struct sg_registers *registers, struct sg_handle service, uint64_t operation,
                   const struct patience *patience)
{
    registers->operation = operation;
    registers->handle = sg_handle_word(service);
    registers->deadline_ns = patience->deadline_ns;
    registers->token = 0;
    sg_invoke(registers);
}

static struct sg_result by_registers(struct sg_handle service, const struct sg_rpc_method *method,
                                     const struct patience *patience, const void *request,
                                     void *reply)
{
    struct sg_registers registers = {0};
    uint8_t *bytes = (uint8_t *)registers.word;
    uint32_t header = header_write(bytes, patience->told_ns);
    int32_t length = message_encode(&method->request, request, bytes + header);

    if (length < 0)
        return (struct sg_result){.transport = SG_BAD_ARGUMENT};
    travel(
        &registers, service,
        sg_operation_word(SG_OP_CALL, patience->flags, method->number, header + (uint32_t)length),
        patience);
    int32_t got = sg_registers_result(&registers);
    struct sg_result result = trip_status(method, bytes, got);
    if (sg_succeeded(result) && !message_decode(&method->reply, bytes + SG_RPC_ENVELOPE_BYTES,
                                                (uint32_t)got - SG_RPC_ENVELOPE_BYTES, reply))
        result.rpc = SG_RPC_BAD_MESSAGE;
    return result;
}

static struct sg_result by_arena(struct sg_handle service, const struct sg_rpc_method *method,
                                 const struct patience *patience, const void *request, void *reply)
{
    struct sg_registers registers = {0};
    struct sg_ring *ring = sg_own_ring();
    struct sg_message message;
    enum sg_status status = trip_begin(ring, method, patience->told_ns, request, &message);

    if (status != SG_OK) {
        struct sg_cap_transfer list[SG_MESSAGE_CAPS_MAX];
        message_release_moved(list, message_list(&method->request, request, list));
        return (struct sg_result){.transport = status};
    }
    memcpy(registers.word, &message, sizeof message);
    travel(&registers, service,
           sg_operation_word(SG_OP_CALL, patience->flags | SG_SUBMIT_ARENA, method->number, 0),
           patience);
    return trip_end(ring, method,
                    (struct trip_end){message.send_offset, sg_registers_result(&registers),
                                      sg_registers_caps(&registers)},
                    reply);
}

static struct sg_result call(struct sg_handle service, const struct sg_rpc_method *method,
                             const struct patience *patience, const void *request, void *reply)
{
    if (fits_registers(method, patience))
        return by_registers(service, method, patience, request, reply);
    return by_arena(service, method, patience, request, reply);
}

struct sg_result sg_rpc_within(struct sg_handle service, const struct sg_rpc_method *method,
                               uint64_t timeout_ns, const void *request, void *reply)
{
    const struct patience patience = {timeout_ns, SG_FOREVER,
                                      timeout_ns == SG_FOREVER ? 0 : SG_CALL_RELATIVE};

    return call(service, method, &patience, request, reply);
}

struct sg_result sg_rpc_by(struct sg_handle service, const struct sg_rpc_method *method,
                           uint64_t deadline_ns, const void *request, void *reply)
{
    const struct patience patience = {deadline_ns, deadline_ns, sg_until(deadline_ns)};

    return call(service, method, &patience, request, reply);
}
