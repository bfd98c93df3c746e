/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/ring.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

#define ARENA_BYTES 480u

static int serve_arena(struct sg_handle endpoint)
{
    struct sg_message message = {.receive_length = ARENA_BYTES};
    uint64_t words[sizeof(message) / sizeof(uint64_t)];
    enum sg_status status =
        sg_ring_buffer(sg_own_ring(), ARENA_BYTES, &message.send_offset, &(void *){NULL});

    if (status != SG_OK)
        return status;
    message.receive_offset = message.send_offset;
    memcpy(words, &message, sizeof(message));
    return (int)peer_serve_arena(
        sg_handle_word(endpoint), words,
        sg_operation_word(SG_OP_REPLY, SG_SUBMIT_REARM | SG_SUBMIT_ARENA, 0, 0));
}

/* The two notifications come as capabilities of the first call. */
static int pass_signals(struct sg_handle endpoint)
{
    struct sg_message message = {.receive_length = 64, .receive_caps_count = 2};
    struct sg_registers registers = {.operation =
                                         sg_operation_word(SG_OP_RECV, SG_SUBMIT_ARENA, 0, 0),
                                     .handle = sg_handle_word(endpoint),
                                     .deadline_ns = SG_FOREVER};
    struct sg_handle *handle;
    void *buffer;

    if (sg_ring_buffer(sg_own_ring(), 64, &message.receive_offset, &buffer) != SG_OK ||
        sg_ring_buffer(sg_own_ring(), 64, &message.receive_caps_offset, (void **)&handle) != SG_OK)
        return SG_LIMIT;
    memcpy(registers.word, &message, sizeof(message));
    sg_invoke(&registers);
    if (sg_registers_result(&registers) < 0)
        return sg_registers_result(&registers);
    struct sg_registers reply = {.operation = sg_operation_word(SG_OP_REPLY, 0, 0, 0),
                                 .deadline_ns = SG_FOREVER,
                                 .token = (uint32_t)registers.token};
    sg_invoke(&reply);
    return (int)peer_pass_signals(sg_handle_word(handle[0]), sg_handle_word(handle[1]));
}

int main(void)
{
    struct sg_handle endpoint = sg_provided("echo");
    const char *mode = sg_argument("mode");
    int result = SG_BAD_ARGUMENT;

    if (mode != NULL && strcmp(mode, "registers") == 0)
        result = (int)peer_serve_registers(sg_handle_word(endpoint));
    else if (mode != NULL && strcmp(mode, "arena") == 0)
        result = serve_arena(endpoint);
    else if (mode != NULL && strcmp(mode, "ring") == 0)
        result = peer_echo_ring(endpoint);
    else if (mode != NULL && strcmp(mode, "signals") == 0)
        result = pass_signals(endpoint);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
