/* SPDX-License-Identifier: BSD-2-Clause */
/* From a line to its commands. */
#include "command/command.h"

#include "text/words.h"

#include <stdio.h>

static bool run_command(struct shell *shell, char *text)
{
    const char *name = words_next(&text);
    const struct command *command = command_find(name);

    if (*name == 0)
        return true;
    if (command != NULL)
        return command->run(shell, text);
    output_print(&shell->output, "%s: found no such command, expected one that \"help\" lists\n",
                 name);
    return false;
}

bool shell_run(struct shell *shell, const char *line)
{
    char copy[LINE_MAX_BYTES + 1];
    char *next = copy;
    bool ok = true;

    snprintf(copy, sizeof copy, "%s", line);
    while (next != NULL) {
        char *text = next;

        next = words_cut_command(text);
        ok = run_command(shell, text) && ok;
    }
    return ok;
}
