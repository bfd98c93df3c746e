/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include <signet/log.h>
#include <stdlib.h>
#include <string.h>

#define INTERRUPT 0x03
#define READ_MAX ((uint32_t)sizeof((signet_console_v1_ReadReply *)0)->data.bytes)

/* Without its console the shell is of no use to anybody. */
_Noreturn static void give_up(struct sg_result result)
{
    sg_log(SG_LOG_ERROR, "console.Read: %s", sg_result_text(result));
    exit(1);
}

/* An empty request reads as much as a reply holds. */
static void post(struct input *input)
{
    static const signet_console_v1_ReadRequest request;

    if (sg_async_is_in_flight(&input->read.async) || INPUT_BYTES - input->used < READ_MAX)
        return;
    /* A ring that is full has room after the next step. */
    (void)!signet_console_v1_Console_Read_start(&input->loop, input->console, &request,
                                                &input->read);
}

/* A console that keeps no Read of ours would be asked again without end. */
static void keep(struct input *input, const signet_console_v1_ReadReply *reply)
{
    if (reply->result != signet_console_v1_Result_DONE)
        give_up((struct sg_result){.transport = SG_BUSY});
    memcpy(input->bytes + input->used, reply->data.bytes, reply->data.size);
    input->used += reply->data.size;
    input->has_lost = input->has_lost || reply->lost > 0;
}

/* A console that died and came back has forgotten this Read, which is then posted again. */
static void read_done(struct signet_console_v1_Console_Read_async *call)
{
    struct input *input = (struct input *)call;

    if (sg_succeeded(call->async.result))
        keep(input, &call->reply);
    else if (call->async.result.transport != SG_PEER_GONE)
        give_up(call->async.result);
}

void input_start(struct input *input, struct sg_handle console)
{
    sg_loop_init(&input->loop, sg_own_ring());
    input->read.done = read_done;
    input->console = console;
}

void input_wait(struct input *input)
{
    enum sg_status status;

    post(input);
    status = sg_loop_step(&input->loop, SG_FOREVER);
    if (status != SG_OK)
        give_up((struct sg_result){.transport = status});
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
