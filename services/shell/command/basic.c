/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that ask nobody. */
#include "command.h"

#include "text/words.h"

bool command_echo(struct shell *shell, char *arguments)
{
    output_print(&shell->output, "%s\n", words_rest(arguments));
    return true;
}

static void explain(struct output *output, const struct command *command)
{
    output_print(output, "%s%s%s: %s\n", command->name, command->usage[0] != 0 ? " " : "",
                 command->usage, command->help);
    if (command->details[0] != 0)
        output_print(output, "%s\n", command->details);
}

bool command_help(struct shell *shell, char *arguments)
{
    const char *name = words_next(&arguments);
    const struct command *found = command_find(name);

    if (found != NULL) {
        explain(&shell->output, found);
        return true;
    }
    if (*name != 0) {
        output_print(&shell->output,
                     "help: found no command \"%s\", expected one that \"help\" lists\n", name);
        return false;
    }
    for (const struct command *command = commands; command->name != NULL; command++)
        output_print(&shell->output, "%-9s %s\n", command->name, command->help);
    return true;
}
