/* SPDX-License-Identifier: BSD-2-Clause */
#include "output.h"

#include "text/plain.h"

#include "console/v1/console.rpc.h"

#include <signet/status.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(OUTPUT_BYTES <= sizeof((signet_console_v1_WriteRequest *)0)->data.bytes,
               "one Write");

/* Without its console the shell is of no use to anybody. */
static void write_console(struct sg_handle console, const signet_console_v1_WriteRequest *request)
{
    signet_console_v1_WriteReply reply;
    struct sg_result result;

    do
        result = signet_console_v1_Console_Write(console, request, &reply);
    while (result.transport == SG_PEER_GONE);
    if (!sg_succeeded(result))
        exit(1);
}

void output_flush(struct output *output)
{
    static signet_console_v1_WriteRequest request;

    if (output->used == 0)
        return;
    request.data.size = (pb_size_t)output->used;
    memcpy(request.data.bytes, output->bytes, output->used);
    output->used = 0;
    write_console(output->console, &request);
}

void output_raw(void *self, const char *bytes, size_t count)
{
    struct output *output = self;

    while (count > 0) {
        size_t room = OUTPUT_BYTES - output->used, part = count < room ? count : room;

        memcpy(output->bytes + output->used, bytes, part);
        output->used += part;
        bytes += part;
        count -= part;
        if (output->used == OUTPUT_BYTES)
            output_flush(output);
    }
}

static void show(struct output *output, const char *bytes, size_t count, enum plain_breaks breaks)
{
    char plain[128];

    while (count > 0) {
        struct plain_step step = plain_text(bytes, count, breaks, plain, sizeof plain);

        output_raw(output, plain, step.written);
        bytes += step.taken;
        count -= step.taken;
    }
}

void output_text(void *self, const char *bytes, size_t count)
{
    show(self, bytes, count, PLAIN_BREAKS);
}

void output_foreign(struct output *output, const char *text)
{
    show(output, text, strlen(text), PLAIN_ONE_LINE);
}

void output_print(struct output *output, const char *format, ...)
{
    char text[OUTPUT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    output_text(output, text, strlen(text));
}
