/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include "console/v1/console.rpc.h"

#include <pb_decode.h>
#include <signet/log.h>
#include <stdlib.h>
#include <string.h>

#define INTERRUPT 0x03
#define REPLY_BYTES (signet_console_v1_ReadReply_size + SG_RPC_ENVELOPE_BYTES)
#define READ_MAX ((uint32_t)sizeof((signet_console_v1_ReadReply *)0)->data.bytes)

/* Without its console the shell is of no use to anybody. */
_Noreturn static void give_up(enum sg_status status)
{
    sg_log(SG_LOG_ERROR, "console.Read: %s", sg_status_text(status));
    exit(1);
}

/* An empty request reads as much as a reply holds. */
static void post(struct input *input)
{
    struct sg_submission entry = {
        .opcode = SG_OP_CALL,
        .method = signet_console_v1_Console_Read_METHOD,
        .handle_index = input->console.index,
        .handle_generation = input->console.generation,
        .message = {.receive_offset = input->reply, .receive_length = REPLY_BYTES},
    };

    if (input->is_reading || INPUT_BYTES - input->used < READ_MAX)
        return;
    input->is_reading = sg_loop_submit(&input->loop, &entry, &input->read) == SG_OK;
}

/* A console that keeps no Read of ours would be asked again without end. */
static void keep(struct input *input, const signet_console_v1_ReadReply *reply)
{
    if (reply->result != signet_console_v1_Result_DONE)
        give_up(SG_BUSY);
    memcpy(input->bytes + input->used, reply->data.bytes, reply->data.size);
    input->used += reply->data.size;
    input->has_lost = input->has_lost || reply->lost > 0;
}

/* A console that died and came back has forgotten this Read, which is then posted again. */
static void read_done(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct input *input = (struct input *)operation;
    const uint8_t *bytes = sg_ring_at(input->loop.ring, input->reply);
    signet_console_v1_ReadReply reply = signet_console_v1_ReadReply_init_zero;

    input->is_reading = false;
    if (completion->result < 0 && completion->result != SG_PEER_GONE)
        give_up((enum sg_status)completion->result);
    if (completion->result > (int32_t)SG_RPC_ENVELOPE_BYTES) {
        pb_istream_t stream = pb_istream_from_buffer(
            bytes + SG_RPC_ENVELOPE_BYTES, (size_t)completion->result - SG_RPC_ENVELOPE_BYTES);

        if (pb_decode(&stream, signet_console_v1_ReadReply_fields, &reply))
            keep(input, &reply);
    }
}

void input_start(struct input *input, struct sg_handle console)
{
    void *buffer;
    enum sg_status status;

    sg_loop_init(&input->loop, sg_own_ring());
    input->read.done = read_done;
    input->console = console;
    status = sg_ring_buffer(input->loop.ring, REPLY_BYTES, &input->reply, &buffer);
    if (status != SG_OK)
        give_up(status);
}

void input_wait(struct input *input)
{
    enum sg_status status;

    post(input);
    status = sg_loop_step(&input->loop, SG_FOREVER);
    if (status != SG_OK)
        give_up(status);
}

static void drop(struct input *input, uint32_t count)
{
    input->used -= count;
    memmove(input->bytes, input->bytes + count, input->used);
}

bool input_take(struct input *input, uint8_t *byte)
{
    if (input->used == 0)
        return false;
    *byte = input->bytes[0];
    drop(input, 1);
    return true;
}

bool input_interrupted(struct input *input)
{
    for (uint32_t i = input->used; i > 0; i--) {
        if (input->bytes[i - 1] != INTERRUPT)
            continue;
        drop(input, i);
        return true;
    }
    return false;
}

bool input_lost(struct input *input)
{
    bool has_lost = input->has_lost;

    input->has_lost = false;
    return has_lost;
}
