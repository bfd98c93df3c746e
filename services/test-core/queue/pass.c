/* SPDX-License-Identifier: BSD-2-Clause */
#include "pass.h"

#include <signet/object.h>
#include <signet/syscall.h>
#include <string.h>

#define BYTES_MAX 64u

/* One arena buffer: the bytes, then the capabilities. */
struct letter {
    uint8_t bytes[BYTES_MAX];
    union {
        struct sg_cap_transfer sent[PASS_MAX];
        struct sg_handle received[PASS_MAX];
    };
};

static enum sg_status invoke(enum sg_opcode opcode, uint32_t token, struct sg_handle handle,
                             const struct sg_message *message, struct sg_registers *registers)
{
    *registers =
        (struct sg_registers){.operation = sg_operation_word(opcode, SG_SUBMIT_ARENA, 0, 0),
                              .handle = sg_handle_word(handle),
                              .deadline_ns = SG_FOREVER,
                              .token = token};
    memcpy(registers->word, message, sizeof *message);
    sg_invoke(registers);
    int32_t result = sg_registers_result(registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

static enum sg_status give(struct sg_handle endpoint, uint32_t offset, uint32_t length,
                           uint32_t count)
{
    struct sg_message message = {.receive_offset = offset, .receive_length = BYTES_MAX};
    struct sg_registers registers;
    enum sg_status status = invoke(SG_OP_RECV, 0, endpoint, &message, &registers);

    if (status != SG_OK)
        return status;
    message = (struct sg_message){.send_offset = offset,
                                  .send_length = length,
                                  .caps_offset = offset + BYTES_MAX,
                                  .caps_count = count};
    return invoke(SG_OP_REPLY, (uint32_t)registers.token, SG_HANDLE_NONE, &message, &registers);
}

enum sg_status pass_give(struct sg_handle endpoint, const void *bytes, uint32_t length,
                         const struct sg_cap_transfer *list, uint32_t count)
{
    struct letter *letter;
    uint32_t offset;
    enum sg_status status = SG_TOO_BIG;

    if (length <= BYTES_MAX && count <= PASS_MAX)
        status = sg_ring_buffer(sg_own_ring(), sizeof *letter, &offset, (void **)&letter);
    if (status != SG_OK)
        return status;
    memset(letter, 0, sizeof *letter);
    memcpy(letter->bytes, bytes, length);
    if (count != 0)
        memcpy(letter->sent, list, count * sizeof *list);
    status = give(endpoint, offset, length, count);
    sg_ring_buffer_free(sg_own_ring(), offset, sizeof *letter);
    return status;
}

enum sg_status pass_take(struct sg_handle client, void *bytes, uint32_t length,
                         struct sg_handle *list, uint32_t count)
{
    struct letter *letter;
    struct sg_registers registers;
    uint32_t offset;
    enum sg_status status = SG_TOO_BIG;

    if (length <= BYTES_MAX && count <= PASS_MAX)
        status = sg_ring_buffer(sg_own_ring(), sizeof *letter, &offset, (void **)&letter);
    if (status != SG_OK)
        return status;
    memset(letter, 0, sizeof *letter);
    struct sg_message message = {.receive_offset = offset,
                                 .receive_length = BYTES_MAX,
                                 .receive_caps_offset = offset + BYTES_MAX,
                                 .receive_caps_count = count};
    status = invoke(SG_OP_CALL, 0, client, &message, &registers);
    if (status == SG_OK && (sg_registers_result(&registers) != (int32_t)length ||
                            sg_registers_caps(&registers) != count))
        status = SG_NOT_FOUND;
    if (status == SG_OK) {
        memcpy(bytes, letter->bytes, length);
        if (count != 0)
            memcpy(list, letter->received, count * sizeof *list);
    }
    sg_ring_buffer_free(sg_own_ring(), offset, sizeof *letter);
    return status;
}
