/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that ask nobody. */
#include "command.h"

#include "text/words.h"

bool command_echo(struct shell *shell, char *arguments)
{
    output_print(&shell->output, "%s\n", words_rest(arguments));
    return true;
}

bool command_help(struct shell *shell, char *arguments)
{
    const char *name = words_next(&arguments);
    const struct command *found = command_find(name);

    if (*name != 0 && found == NULL) {
        output_print(&shell->output,
                     "help: found no command \"%s\", expected one that \"help\" lists\n", name);
        return false;
    }
    if (found != NULL) {
        output_print(&shell->output, "%s %s\n  %s\n", found->name, found->usage, found->help);
        return true;
    }
    for (const struct command *command = commands; command->name != NULL; command++)
        output_print(&shell->output, "%s %s\n", command->name, command->usage);
    return true;
}
