/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that have the supervisor do something to a process or the machine. */
#include "command.h"
#include "process.h"

#include "text/words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool command_kill(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_KillRequest request = signet_supervisor_v1_KillRequest_init_zero;
    signet_supervisor_v1_KillReply reply;
    const char *process = words_next(&arguments);
    struct sg_handle supervisor;
    struct sg_result result;

    if (*process == 0)
        return command_usage(shell, "kill");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    result = signet_supervisor_v1_Supervisor_Kill(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Kill", result);
    return process_result(shell, "kill", process, reply.result);
}

bool command_restart(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_RestartRequest request = signet_supervisor_v1_RestartRequest_init_zero;
    signet_supervisor_v1_RestartReply reply;
    const char *process = words_next(&arguments);
    struct sg_handle supervisor;
    struct sg_result result;

    if (*process == 0)
        return command_usage(shell, "restart");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    result = signet_supervisor_v1_Supervisor_Restart(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Restart", result);
    return process_result(shell, "restart", process, reply.result);
}

/* Waits as long as the supervisor does, which is bounded by the manifest. */
bool command_stop(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_StopRequest request = signet_supervisor_v1_StopRequest_init_zero;
    signet_supervisor_v1_StopReply reply;
    const char *process = words_next(&arguments);
    struct sg_handle supervisor;
    struct sg_result result;

    if (*process == 0)
        return command_usage(shell, "stop");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    result = signet_supervisor_v1_Supervisor_Stop(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Stop", result);
    return process_result(shell, "stop", process, reply.result);
}

static bool read_level(struct shell *shell, const char *text, signet_log_v1_Level *level)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};

    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *level = (signet_log_v1_Level)i;
            return true;
        }
    }
    output_print(&shell->output,
                 "loglevel: found level \"%s\", expected debug, info, warning or error\n", text);
    return false;
}

bool command_loglevel(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_SetLogLevelRequest request = {0};
    signet_supervisor_v1_SetLogLevelReply reply;
    const char *process = words_next(&arguments);
    const char *level = words_next(&arguments);
    struct sg_handle supervisor;
    struct sg_result result;

    if (*process == 0 || *level == 0)
        return command_usage(shell, "loglevel");
    if (!read_level(shell, level, &request.level) ||
        !shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    result = signet_supervisor_v1_Supervisor_SetLogLevel(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.SetLogLevel", result);
    return process_result(shell, "loglevel", process, reply.result);
}

static void show_fault(struct output *output, const signet_supervisor_v1_CrashRecordReply *crash)
{
    static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
                                        "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

    output_print(output, "thread %s\n", crash->thread[0] != 0 ? crash->thread : "unknown");
    output_print(output, "rip %016" PRIx64 "  %s\n", crash->rip, crash->symbol);
    output_print(output, "rsp %016" PRIx64 "  rflags %" PRIx64 "\n", crash->rsp, crash->rflags);
    for (pb_size_t i = 0; i < crash->registers_count && i < sizeof names / sizeof names[0]; i++)
        output_print(output, "%-3s %016" PRIx64 "%s", names[i], crash->registers[i],
                     i % 3 == 2 ? "\n" : "  ");
}

bool command_crash(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_CrashRecordRequest request = {0};
    signet_supervisor_v1_CrashRecordReply reply;
    const char *process = words_next(&arguments);
    struct sg_handle supervisor;
    struct sg_result result;

    if (*process == 0)
        return command_usage(shell, "crash");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    snprintf(request.process, sizeof request.process, "%s", process);
    result = signet_supervisor_v1_Supervisor_CrashRecord(supervisor, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.CrashRecord", result);
    if (!process_result(shell, "crash", process, reply.result))
        return false;
    output_print(&shell->output,
                 "%s: %s, code 0x%" PRIx64 ", address 0x%" PRIx64 ", at %" PRIu64 ".%06" PRIu64
                 " s, %" PRIu32 " restarts\n",
                 process, process_cause(reply.cause), reply.code, reply.address,
                 reply.time_ns / 1000000000, reply.time_ns / 1000 % 1000000, reply.restarts);
    if (reply.registers_count != 0 && reply.rip != 0)
        show_fault(&shell->output, &reply);
    return true;
}

static bool read_status(struct shell *shell, const char *text, uint32_t *number)
{
    unsigned long value;
    char *end;

    *number = 0;
    if (*text == 0)
        return true;
    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno == 0 && *end == 0 && text[0] != '-' && value <= UINT8_MAX) {
        *number = (uint32_t)value;
        return true;
    }
    output_print(&shell->output, "shutdown: found status \"%s\", expected 0 to 255\n", text);
    return false;
}

bool command_shutdown(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_ShutdownRequest request = signet_supervisor_v1_ShutdownRequest_init_zero;
    signet_supervisor_v1_ShutdownReply reply;
    struct sg_handle supervisor;

    if (!read_status(shell, words_next(&arguments), &request.exit_status) ||
        !shell_service(shell, "supervisor", &supervisor))
        return false;
    output_flush(&shell->output);
    struct sg_result result =
        signet_supervisor_v1_Supervisor_Shutdown(supervisor, &request, &reply);
    return sg_succeeded(result) || shell_call_failed(shell, "supervisor.Shutdown", result);
}

bool command_reboot(struct shell *shell, char *arguments)
{
    signet_supervisor_v1_RebootRequest request = signet_supervisor_v1_RebootRequest_init_zero;
    signet_supervisor_v1_RebootReply reply;
    struct sg_handle supervisor;

    (void)arguments;
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    output_flush(&shell->output);
    struct sg_result result = signet_supervisor_v1_Supervisor_Reboot(supervisor, &request, &reply);
    return sg_succeeded(result) || shell_call_failed(shell, "supervisor.Reboot", result);
}
