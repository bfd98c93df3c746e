/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include <string.h>

const struct command commands[] = {
    {"call", "SERVICE.METHOD {FIELD: VALUE ...}", "calls a method of a service and shows its reply",
     "Values are written as in protobuf's text format, and the braces may be left out:\n"
     "  call kv.put key: \"greeting\" value: \"hello\"\n"
     "Control-C gives the call up.",
     command_call, ARGUMENT_METHOD},
    {"caps", "PROCESS", "shows the capabilities a process holds",
     "RIGHTS names the operations that each permits; nothing else is permitted.", command_caps,
     ARGUMENT_PROCESS},
    {"crash", "PROCESS", "shows how a process ended last", "Cause, place and registers.",
     command_crash, ARGUMENT_PROCESS},
    {"echo", "[TEXT]", "shows the text", "", command_echo, ARGUMENT_NONE},
    {"help", "[COMMAND]", "lists the commands, or explains one",
     "Several commands stand on one line with a ';' between them. Tab completes.", command_help,
     ARGUMENT_COMMAND},
    {"kill", "PROCESS", "ends a process at once",
     "Whether it starts again is for its restart policy.", command_kill, ARGUMENT_PROCESS},
    {"log", "[COUNT]", "shows the newest entries of the log", "20, when no count is given.",
     command_log, ARGUMENT_NONE},
    {"loglevel", "PROCESS debug|info|warning|error", "says what a process writes to the log",
     "Lines below the level are not written. \"init\" has one too.", command_loglevel,
     ARGUMENT_PROCESS},
    {"mem", "", "shows what memory there is, and who has it", "", command_mem, ARGUMENT_NONE},
    {"metrics", "PROCESS", "shows what a process counts",
     "Of a histogram: how many values, their mean, and how large half, nine tenths and 99 of 100 "
     "of\n"
     "them were at most.",
     command_metrics, ARGUMENT_PROCESS},
    {"ps", "", "shows the processes",
     "LAST is how the process ended last, \"-\" when it never did.", command_ps, ARGUMENT_NONE},
    {"reboot", "", "restarts the machine", "", command_reboot, ARGUMENT_NONE},
    {"restart", "PROCESS", "stops a process if it runs, and starts it again", "", command_restart,
     ARGUMENT_PROCESS},
    {"services", "", "shows the services and their interfaces",
     "CLIENTS counts the processes that may call it; RECEIVING is whether it waits for calls.",
     command_services, ARGUMENT_NONE},
    {"shutdown", "[STATUS]", "turns the machine off",
     "All processes are asked to end first. With a status other than 0 an emulator exits with a\n"
     "failure.",
     command_shutdown, ARGUMENT_NONE},
    {"stop", "PROCESS", "asks a process to end, and waits for it",
     "It stays ended, whatever its restart policy, until \"restart\".", command_stop,
     ARGUMENT_PROCESS},
    {"top", "[SECONDS]", "shows who took the processor's time",
     "In that time from now, or in one second; CALLS/s counts calls of a process's services.\n"
     "Control-C gives it up.",
     command_top, ARGUMENT_NONE},
    {"trace", "[on|off|COUNT]", "shows the newest of the kernel's events, or has them recorded",
     "20, when no count is given. What becomes of capabilities to devices is always recorded;\n"
     "calls, switches, interrupts and faults between \"trace on\" and \"trace off\".",
     command_trace, ARGUMENT_NONE},
    {NULL, NULL, NULL, NULL, NULL, ARGUMENT_NONE},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

bool command_usage(struct shell *shell, const char *name)
{
    output_print(&shell->output, "%s: found nothing more, expected %s %s\n", name, name,
                 command_find(name)->usage);
    return false;
}
