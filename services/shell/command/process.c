/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <string.h>

/* One part of the list; returns the call's result. `start` becomes the next part's, 0 at the
   end. */
static struct sg_result list_part(struct sg_handle supervisor, uint32_t *start,
                                  signet_supervisor_v1_ListProcessesReply *reply)
{
    signet_supervisor_v1_ListProcessesRequest request = {.start = *start};
    struct sg_result result =
        signet_supervisor_v1_Supervisor_ListProcesses(supervisor, &request, reply);

    *start = sg_succeeded(result) && reply->next > request.start ? reply->next : 0;
    return result;
}

bool process_each(struct shell *shell,
                  void (*visit)(void *self, const signet_supervisor_v1_ProcessRow *row), void *self)
{
    static signet_supervisor_v1_ListProcessesReply reply;
    struct sg_handle supervisor;
    uint32_t start = 0;

    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    do {
        struct sg_result result = list_part(supervisor, &start, &reply);

        if (!sg_succeeded(result))
            return shell_call_failed(shell, "supervisor.ListProcesses", result);
        for (pb_size_t i = 0; i < reply.row_count; i++)
            visit(self, &reply.row[i]);
    } while (start != 0);
    return true;
}

void process_names(void (*visit)(void *self, const char *name), void *self)
{
    static signet_supervisor_v1_ListProcessesReply reply;
    uint32_t start = 0;

    do {
        if (!sg_succeeded(list_part(sg_capability("supervisor"), &start, &reply)))
            return;
        for (pb_size_t i = 0; i < reply.row_count; i++)
            visit(self, reply.row[i].name);
    } while (start != 0);
}

bool process_result(struct shell *shell, const char *command, const char *process,
                    signet_supervisor_v1_Result result)
{
    static const char *const problems[] = {
        [signet_supervisor_v1_Result_DONE] = "done",
        [signet_supervisor_v1_Result_NO_SUCH_PROCESS] = "found no such process, see \"ps\"",
        [signet_supervisor_v1_Result_NOT_RUNNING] = "found it not running",
        [signet_supervisor_v1_Result_NO_RECORD] = "found no record: it never ended",
        [signet_supervisor_v1_Result_CANNOT_START] = "it could not be started, see \"log\"",
        [signet_supervisor_v1_Result_ENDED_BY_FORCE] = "it did not end by itself, see \"crash\"",
        [signet_supervisor_v1_Result_NO_SUCH_KIND] = "found events that this kernel has not",
    };
    bool is_known = (size_t)result < sizeof problems / sizeof problems[0];

    if (result == signet_supervisor_v1_Result_DONE)
        return true;
    output_print(&shell->output, "%s %s: %s\n", command, process,
                 is_known ? problems[result] : "found an unknown result");
    return false;
}

const char *process_state(signet_supervisor_v1_State state)
{
    static const char *const names[] = {
        [signet_supervisor_v1_State_STARTING] = "starting",
        [signet_supervisor_v1_State_RUNNING] = "running",
        [signet_supervisor_v1_State_BACKING_OFF] = "backing off",
        [signet_supervisor_v1_State_ENDED] = "ended",
        [signet_supervisor_v1_State_FAILED] = "failed",
        [signet_supervisor_v1_State_NOT_READY] = "not ready",
        [signet_supervisor_v1_State_STOPPING] = "stopping",
    };

    return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

const char *process_cause(signet_supervisor_v1_Cause cause)
{
    static const char *const names[] = {
        [signet_supervisor_v1_Cause_NOT_ENDED] = "-",
        [signet_supervisor_v1_Cause_EXIT] = "exit",
        [signet_supervisor_v1_Cause_PAGE] = "page fault",
        [signet_supervisor_v1_Cause_INSTRUCTION] = "bad instruction",
        [signet_supervisor_v1_Cause_PROTECTION] = "protection fault",
        [signet_supervisor_v1_Cause_ARITHMETIC] = "arithmetic fault",
        [signet_supervisor_v1_Cause_DEBUG] = "breakpoint",
        [signet_supervisor_v1_Cause_OTHER] = "other fault",
        [signet_supervisor_v1_Cause_KILLED] = "killed",
        [signet_supervisor_v1_Cause_STACK] = "stack overflow",
        [signet_supervisor_v1_Cause_NOT_READY_IN_TIME] = "not ready",
        [signet_supervisor_v1_Cause_NO_ANSWER] = "no answer",
        [signet_supervisor_v1_Cause_NOT_STOPPED] = "not stopped",
    };

    return (size_t)cause < sizeof names / sizeof names[0] ? names[cause] : "unknown";
}
