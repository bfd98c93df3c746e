/* SPDX-License-Identifier: BSD-2-Clause */
/* The side of the clients. A client that died waiting is found out when its answer is refused. */
#include "console.h"

#include <string.h>

#define READ_BYTES_MAX ((uint32_t)sizeof((signet_console_v1_ReadReply *)0)->data.bytes)

_Static_assert(sizeof((signet_console_v1_WriteRequest *)0)->data.bytes <= QUEUE_BYTES,
               "a write must fit an empty queue");

static uint32_t writes_of(const struct console *console, uint64_t badge)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < console->writes; i++)
        count += console->write[i].call.badge == badge;
    return count;
}

static void remove_write(struct console *console, uint32_t index)
{
    console->writes--;
    memmove(&console->write[index], &console->write[index + 1],
            (console->writes - index) * sizeof console->write[0]);
}

static void remove_read(struct console *console, uint32_t index)
{
    console->reads--;
    memmove(&console->read[index], &console->read[index + 1],
            (console->reads - index) * sizeof console->read[0]);
}

void console_admit_writes(struct console *console)
{
    static const signet_console_v1_WriteReply done = {.result = signet_console_v1_Result_DONE};

    while (console->writes > 0 && console->write[0].length <= queue_room(&console->output)) {
        queue_put(&console->output, console->write[0].data, console->write[0].length);
        (void)signet_console_v1_Console_Write_reply(&console->write[0].call, SG_RPC_OK, &done);
        remove_write(console, 0);
    }
}

enum sg_rpc_status
signet_console_v1_Console_Write_handle(void *self, struct sg_call *call,
                                       const signet_console_v1_WriteRequest *request,
                                       signet_console_v1_WriteReply *reply)
{
    struct console *console = self;
    struct waiting_write *waiting = &console->write[console->writes];

    if (console->writes == 0 && request->data.size <= queue_room(&console->output)) {
        queue_put(&console->output, request->data.bytes, request->data.size);
        console_send(console);
        return SG_RPC_OK;
    }
    if (console->writes == CONSOLE_WRITES_MAX ||
        writes_of(console, call->badge) == CONSOLE_WRITES_OF_CLIENT) {
        reply->result = signet_console_v1_Result_TOO_MANY_WAITING;
        return SG_RPC_OK;
    }
    *waiting = (struct waiting_write){.call = sg_call_hold(call), .length = request->data.size};
    memcpy(waiting->data, request->data.bytes, request->data.size);
    console->writes++;
    return SG_RPC_LATER;
}

void console_answer_reads(struct console *console)
{
    signet_console_v1_ReadReply reply = {.result = signet_console_v1_Result_DONE};

    while (console->reads > 0 && console->input.used > 0) {
        struct sg_held_call call = console->read[0].call;

        reply.lost = console->lost;
        reply.data.size =
            (pb_size_t)queue_peek(&console->input, reply.data.bytes, console->read[0].max);
        remove_read(console, 0);
        if (signet_console_v1_Console_Read_reply(&call, SG_RPC_OK, &reply) != SG_OK)
            continue;
        queue_drop(&console->input, reply.data.size);
        console->lost = 0;
    }
    console_resume(console);
}

/* A client waits in one Read; its earlier one, perhaps of an instance that died, is given up. */
static void give_up_read_of(struct console *console, uint64_t badge)
{
    static const signet_console_v1_ReadReply refused = {
        .result = signet_console_v1_Result_TOO_MANY_WAITING};

    for (uint32_t i = 0; i < console->reads; i++) {
        struct sg_held_call call = console->read[i].call;

        if (call.badge != badge)
            continue;
        remove_read(console, i);
        (void)signet_console_v1_Console_Read_reply(&call, SG_RPC_OK, &refused);
        return;
    }
}

enum sg_rpc_status
signet_console_v1_Console_Read_handle(void *self, struct sg_call *call,
                                      const signet_console_v1_ReadRequest *request,
                                      signet_console_v1_ReadReply *reply)
{
    struct console *console = self;
    uint32_t max =
        request->max == 0 || request->max > READ_BYTES_MAX ? READ_BYTES_MAX : request->max;

    give_up_read_of(console, call->badge);
    if (console->reads == CONSOLE_READS_MAX) {
        reply->result = signet_console_v1_Result_TOO_MANY_WAITING;
        return SG_RPC_OK;
    }
    console->read[console->reads++] = (struct waiting_read){sg_call_hold(call), max};
    console_answer_reads(console);
    return SG_RPC_LATER;
}
