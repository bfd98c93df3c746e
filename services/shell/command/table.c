/* SPDX-License-Identifier: BSD-2-Clause */
#include "command.h"

#include <string.h>

const struct command commands[] = {
    {"call", "SERVICE.METHOD {FIELD: VALUE ...}",
     "calls a method of a service this shell may call and shows its reply, e.g.\n"
     "  call kv.put { key: \"a\" value: \"hello\" }",
     command_call, ARGUMENT_METHOD},
    {"caps", "PROCESS", "shows the capabilities a process holds, and the operations each permits",
     command_caps, ARGUMENT_PROCESS},
    {"crash", "PROCESS", "shows how a process ended last: cause, place and registers",
     command_crash, ARGUMENT_PROCESS},
    {"echo", "[TEXT]", "shows the text", command_echo, ARGUMENT_NONE},
    {"help", "[COMMAND]", "lists the commands, or explains one", command_help, ARGUMENT_COMMAND},
    {"kill", "PROCESS", "ends a process; whether it starts again is for its restart policy",
     command_kill, ARGUMENT_PROCESS},
    {"log", "[COUNT]", "shows the newest entries of the log; 20 when no count is given",
     command_log, ARGUMENT_NONE},
    {"mem", "", "shows how much memory there is, and how much each process has of its quota",
     command_mem, ARGUMENT_NONE},
    {"ps", "", "shows the processes: state, memory, CPU time, restarts, how each last ended",
     command_ps, ARGUMENT_NONE},
    {"reboot", "", "restarts the machine", command_reboot, ARGUMENT_NONE},
    {"restart", "PROCESS", "ends a process if it runs, and starts it again", command_restart,
     ARGUMENT_PROCESS},
    {"services", "", "shows the services: interface, state, clients, whether it takes calls",
     command_services, ARGUMENT_NONE},
    {"shutdown", "[STATUS]",
     "turns the machine off; with a status other than 0 an emulator exits with a failure",
     command_shutdown, ARGUMENT_NONE},
    {NULL, NULL, NULL, NULL, ARGUMENT_NONE},
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
    output_print(&shell->output, "usage: %s %s\n", name, command_find(name)->usage);
    return false;
}
