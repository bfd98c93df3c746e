/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands. Each takes the rest of its line and answers false after it has said what went
   wrong. */
#pragma once

#include "shell.h"

/* What Tab offers for a command's argument. */
enum command_argument {
    ARGUMENT_NONE,
    ARGUMENT_COMMAND,
    ARGUMENT_PROCESS,
    ARGUMENT_METHOD,
};

struct command {
    const char *name;
    const char *usage;   /* what follows the name */
    const char *help;    /* in one line */
    const char *details; /* the rest there is to know */
    bool (*run)(struct shell *shell, char *arguments);
    enum command_argument argument;
};

/* All commands, by name; ends with a NULL name. */
extern const struct command commands[];

/* The command of this name, NULL when there is none. */
const struct command *command_find(const char *name);

/* Says that a command lacks its argument, and how it is used. Always false. */
bool command_usage(struct shell *shell, const char *name);

bool command_call(struct shell *shell, char *arguments);
bool command_caps(struct shell *shell, char *arguments);
bool command_crash(struct shell *shell, char *arguments);
bool command_echo(struct shell *shell, char *arguments);
bool command_help(struct shell *shell, char *arguments);
bool command_kill(struct shell *shell, char *arguments);
bool command_log(struct shell *shell, char *arguments);
bool command_loglevel(struct shell *shell, char *arguments);
bool command_mem(struct shell *shell, char *arguments);
bool command_metrics(struct shell *shell, char *arguments);
bool command_ps(struct shell *shell, char *arguments);
bool command_reboot(struct shell *shell, char *arguments);
bool command_restart(struct shell *shell, char *arguments);
bool command_services(struct shell *shell, char *arguments);
bool command_shutdown(struct shell *shell, char *arguments);
bool command_stop(struct shell *shell, char *arguments);
bool command_top(struct shell *shell, char *arguments);
bool command_trace(struct shell *shell, char *arguments);
