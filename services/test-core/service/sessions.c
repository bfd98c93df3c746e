/* SPDX-License-Identifier: BSD-2-Clause */
/* What servers keep for clients ends with them, however often they come, and also when the server was
   not there to hear of it. */
#include "own.h"
#include "report.h"
#include "roles.h"
#include "services.h"

#include "clock/v1/clock.rpc.h"
#include "log/v1/log.rpc.h"
#include "supervisor/v1/supervisor.rpc.h"

#include <inttypes.h>
#include <signet/startup.h>
#include <stdio.h>
#include <string.h>

#define VISITS 80u /* more than kv has sessions, or entries for */
#define PATIENCE_NS UINT64_C(20000000000)

static void pause_a_little(void)
{
    const signet_clock_v1_SleepRequest request = {.duration_ns = 1000000};
    signet_clock_v1_SleepReply reply;

    (void)signet_clock_v1_Clock_Sleep(sg_capability("clock"), &request, &reply);
}

static bool find_row(const char *name, signet_supervisor_v1_ProcessRow *row)
{
    static signet_supervisor_v1_ListProcessesReply reply;
    signet_supervisor_v1_ListProcessesRequest request = {0};

    if (!sg_succeeded(signet_supervisor_v1_Supervisor_ListProcesses(sg_capability("supervisor"),
                                                                    &request, &reply)))
        return false;
    for (pb_size_t i = 0; i < reply.row_count; i++) {
        *row = reply.row[i];
        if (strcmp(row->name, name) == 0)
            return true;
    }
    return false;
}

/* Waits until the process has ended. */
static bool wait_for_end(const char *name)
{
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;
    signet_supervisor_v1_ProcessRow row;

    while (find_row(name, &row) && row.state != signet_supervisor_v1_State_ENDED &&
           row.state != signet_supervisor_v1_State_FAILED && own_now_ns() < until_ns)
        pause_a_little();
    return row.state == signet_supervisor_v1_State_ENDED;
}

static signet_supervisor_v1_Result start_again(const char *name)
{
    signet_supervisor_v1_RestartRequest request = signet_supervisor_v1_RestartRequest_init_zero;
    signet_supervisor_v1_RestartReply reply = signet_supervisor_v1_RestartReply_init_zero;

    snprintf(request.process, sizeof request.process, "%s", name);
    (void)signet_supervisor_v1_Supervisor_Restart(sg_capability("supervisor"), &request, &reply);
    return reply.result;
}

static signet_supervisor_v1_Result stop(const char *name)
{
    signet_supervisor_v1_StopRequest request = signet_supervisor_v1_StopRequest_init_zero;
    signet_supervisor_v1_StopReply reply = signet_supervisor_v1_StopReply_init_zero;

    snprintf(request.process, sizeof request.process, "%s", name);
    (void)signet_supervisor_v1_Supervisor_Stop(sg_capability("supervisor"), &request, &reply);
    return reply.result;
}

static void many_visits(void)
{
    uint32_t served = 0;

    (void)wait_for_end("visitor");
    for (uint32_t i = 0; i < VISITS; i++)
        served +=
            start_again("visitor") == signet_supervisor_v1_Result_DONE && wait_for_end("visitor");
    report_equal("sessions/a store that many clients filled has room for the next", VISITS, served);
}

/* Whether the log has a line of the process that says so. */
static bool is_logged(const char *text)
{
    static signet_log_v1_ReadReply page;
    signet_log_v1_ReadRequest request = {0};

    do {
        if (!sg_succeeded(signet_log_v1_Log_Read(sg_capability("log"), &request, &page)))
            return false;
        for (pb_size_t i = 0; i < page.entry_count; i++) {
            if (strcmp(page.entry[i].text, text) == 0)
                return true;
            request.after_sequence = page.entry[i].sequence;
        }
    } while (page.entry_count > 0);
    return false;
}

static bool wait_for_line(const char *text)
{
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;

    while (!is_logged(text) && own_now_ns() < until_ns)
        pause_a_little();
    return is_logged(text);
}

/* The listener is away while its client ends: it hears of it when it is back. */
static void a_server_that_was_away(void)
{
    signet_supervisor_v1_ProcessRow row = signet_supervisor_v1_ProcessRow_init_zero;
    char line[64];

    report_equal("sessions/a server stops when it is asked to", signet_supervisor_v1_Result_DONE,
                 stop("listener"));
    (void)start_again("visitor");
    report_equal("sessions/its client comes and goes", 1, wait_for_end("visitor"));
    (void)find_row("visitor", &row);
    snprintf(line, sizeof line, "gone: process %" PRIu32 " up to instance %" PRIu32, row.number,
             row.restarts + 1);
    report_equal("sessions/it has not heard of that", 0, is_logged(line));
    report_equal("sessions/it starts again", signet_supervisor_v1_Result_DONE,
                 start_again("listener"));
    report_equal("sessions/and is told", 1, wait_for_line(line));
}

void check_sessions(void)
{
    many_visits();
    a_server_that_was_away();
}
