/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include "console/v1/console.rpc.h"
#include "supervisor/v1/supervisor.rpc.h"

#include <inttypes.h>
#include <signet/startup.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint32_t checks, failures;

__attribute__((format(printf, 1, 2))) static void write_line(const char *format, ...)
{
    signet_console_v1_WriteRequest request = signet_console_v1_WriteRequest_init_zero;
    signet_console_v1_WriteReply reply;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf((char *)request.data.bytes, sizeof request.data.bytes - 2, format, arguments);
    va_end(arguments);
    request.data.size = (pb_size_t)strlen((char *)request.data.bytes);
    memcpy(request.data.bytes + request.data.size, "\r\n", 2);
    request.data.size += 2;
    (void)signet_console_v1_Console_Write(sg_capability("console"), &request, &reply);
}

void report_note(const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    write_line("note %s", text);
}

void report_equal(const char *name, uint64_t expected, uint64_t found)
{
    checks++;
    if (expected == found) {
        write_line("ok %s", name);
        return;
    }
    failures++;
    write_line("not ok %s: expected %" PRIu64 ", got %" PRIu64, name, expected, found);
}

void report_none(const char *name, uint64_t found, uint64_t tried)
{
    checks++;
    if (found == 0 && tried != 0) {
        write_line("ok %s: 0 of %" PRIu64, name, tried);
        return;
    }
    failures++;
    write_line("not ok %s: expected 0 of some, got %" PRIu64 " of %" PRIu64, name, found, tried);
}

void report_count(const char *name, uint64_t expected, uint64_t found)
{
    checks++;
    if (expected == found) {
        write_line("ok %s: %" PRIu64, name, found);
        return;
    }
    failures++;
    write_line("not ok %s: expected %" PRIu64 ", got %" PRIu64, name, expected, found);
}

void report_status(const char *name, int expected, int found)
{
    checks++;
    if (expected == found) {
        write_line("ok %s", name);
        return;
    }
    failures++;
    if (found > 0)
        write_line("not ok %s: expected %s, got %d", name, sg_status_name(expected), found);
    else
        write_line("not ok %s: expected %s, got %s", name, sg_status_name(expected),
                   sg_status_name(found));
}

void report_result(const char *name, const char *expected, struct sg_result found)
{
    checks++;
    if (strcmp(expected, sg_result_name(found)) == 0) {
        write_line("ok %s", name);
        return;
    }
    failures++;
    write_line("not ok %s: expected %s, got %s", name, expected, sg_result_name(found));
}

void report_step(const char *name, enum sg_status status)
{
    if (status != SG_OK)
        report_status(name, SG_OK, status);
}

int report_end(void)
{
    signet_supervisor_v1_ShutdownRequest request = {.exit_status = failures == 0 ? 0 : 1};
    signet_supervisor_v1_ShutdownReply reply;

    write_line("checks %" PRIu32 " failed %" PRIu32, checks, failures);
    (void)signet_supervisor_v1_Supervisor_Shutdown(sg_capability("supervisor"), &request, &reply);
    return failures == 0 ? 0 : 1;
}
