/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
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

enum sg_status peer_meet(struct sg_handle endpoint, struct sg_handle *list, uint32_t count)
{
    struct sg_message message = {.receive_length = 64, .receive_caps_count = count};
    struct sg_registers registers = {.operation =
                                         sg_operation_word(SG_OP_RECV, SG_SUBMIT_ARENA, 0, 0),
                                     .handle = sg_handle_word(endpoint),
                                     .deadline_ns = SG_FOREVER};
    void *bytes, *caps;

    if (sg_ring_buffer(sg_own_ring(), 64, &message.receive_offset, &bytes) != SG_OK ||
        sg_ring_buffer(sg_own_ring(), 64, &message.receive_caps_offset, &caps) != SG_OK)
        return SG_LIMIT;
    memcpy(registers.word, &message, sizeof(message));
    sg_invoke(&registers);
    if (sg_registers_result(&registers) < 0)
        return (enum sg_status)sg_registers_result(&registers);
    memcpy(list, caps, count * sizeof(*list));
    struct sg_registers reply = {.operation = sg_operation_word(SG_OP_REPLY, 0, 0, 0),
                                 .deadline_ns = SG_FOREVER,
                                 .token = (uint32_t)registers.token};
    sg_invoke(&reply);
    return SG_OK;
}

static int pass_signals(struct sg_handle endpoint)
{
    struct sg_handle pair[2];
    enum sg_status status = peer_meet(endpoint, pair, 2);

    return status == SG_OK
               ? (int)peer_pass_signals(sg_handle_word(pair[0]), sg_handle_word(pair[1]))
               : status;
}

int main(void)
{
    struct sg_handle endpoint = sg_provided("echo");
    const char *mode = sg_argument("mode");
    struct sg_handle cpu = sg_capability("cpu");
    int result = SG_BAD_ARGUMENT;

    if (!sg_handle_is_none(cpu) && sg_cpu_pin(cpu, sg_self()->sched) != SG_OK)
        return EXIT_FAILURE;
    if (mode != NULL && strcmp(mode, "registers") == 0)
        result = (int)peer_serve_registers(sg_handle_word(endpoint));
    else if (mode != NULL && strcmp(mode, "arena") == 0)
        result = serve_arena(endpoint);
    else if (mode != NULL && strcmp(mode, "ring") == 0)
        result = peer_echo_ring(endpoint);
    else if (mode != NULL && strcmp(mode, "signals") == 0)
        result = pass_signals(endpoint);
    else if (mode != NULL && strcmp(mode, "queue") == 0)
        result = peer_drain_queue(endpoint);
    else if (mode != NULL && strcmp(mode, "interrupts") == 0)
        result = peer_stamp_interrupts(endpoint);
    else if (mode != NULL && strcmp(mode, "stamps") == 0)
        result = peer_stamp_signals(endpoint);
    else if (mode != NULL && strcmp(mode, "size") == 0)
        result = peer_tell_size(endpoint);
    else if (mode != NULL && strcmp(mode, "stubs") == 0)
        result = peer_serve_stubs();
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
