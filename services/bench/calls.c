/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/ring.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <string.h>

#include "bench.h"

#define COUNT 1000u
#define ARENA_BYTES 480u

/* context: how many bytes. */
static int64_t call_registers(const void *context, uint64_t count)
{
    return loop_invoke(sg_operation_word(SG_OP_CALL, 0, 0, *(const uint32_t *)context),
                       sg_handle_word(sg_capability("registers")), count);
}

static int64_t invoke_nop(const void *context, uint64_t count)
{
    (void)context;
    return loop_invoke(sg_operation_word(SG_OP_NOP, 0, 0, 0), 0, count);
}

static int64_t call_arena(const void *context, uint64_t count)
{
    return loop_arguments(sg_operation_word(SG_OP_CALL, SG_SUBMIT_ARENA, 0, 0),
                          sg_handle_word(sg_capability("arena")), context, count);
}

static void measure_arena(const char *name, uint32_t bytes)
{
    struct sg_message message = {.send_length = bytes, .receive_length = ARENA_BYTES};
    uint64_t words[sizeof(message) / sizeof(uint64_t)];
    void *buffer;

    if (sg_ring_buffer(sg_own_ring(), ARENA_BYTES, &message.send_offset, &buffer) != SG_OK) {
        report_failure(name, SG_LIMIT);
        return;
    }
    message.receive_offset = message.send_offset;
    memcpy(words, &message, sizeof(message));
    measure(name, call_arena, words, COUNT);
    sg_ring_buffer_free(sg_own_ring(), message.send_offset, ARENA_BYTES);
}

void measure_calls(void)
{
    measure("invoke_nop", invoke_nop, NULL, COUNT);
    measure("call_4_words", call_registers, &(const uint32_t){32}, COUNT);
    measure("call_8_words", call_registers, &(const uint32_t){SG_REGISTER_BYTES}, COUNT);
    measure_arena("call_80_bytes", 80);
    measure_arena("call_480_bytes", ARENA_BYTES);
}
