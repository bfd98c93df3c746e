/* SPDX-License-Identifier: BSD-2-Clause */
/* What Tab does: commands at the beginning of a command, behind it what its table entry says. */
#include "command/command.h"
#include "command/process.h"

#include "text/complete.h"

#include "abi/object.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct complete complete;

static void offer(void *self, const char *name)
{
    complete_offer(self, name);
}

static void offer_commands(void)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        complete_offer(&complete, command->name);
}

static void offer_services(void)
{
    const struct sg_startup *startup = sg_startup_block();
    char name[SG_NAME_MAX + 1];

    for (uint32_t i = 0; i < startup->capability_count; i++) {
        if (startup->capability[i].type != SG_TYPE_CLIENT)
            continue;
        snprintf(name, sizeof name, "%s.", startup->capability[i].name);
        complete_offer(&complete, name);
    }
}

/* Methods are typed in lower case. */
static void offer_methods(struct shell *shell, const char *word, size_t service_length)
{
    char name[COMPLETE_NAME_MAX + 1], service[SG_NAME_MAX];

    if (service_length >= sizeof service)
        return;
    snprintf(service, sizeof service, "%.*s", (int)service_length, word);
    if (!shell_describe_quietly(shell, service))
        return;
    for (uint16_t i = 0; i < shell->schema.methods; i++) {
        snprintf(name, sizeof name, "%s.%s", service, shell->schema.method[i].name);
        for (char *letter = name + service_length; *letter != 0; letter++)
            *letter = (char)tolower((unsigned char)*letter);
        complete_offer(&complete, name);
    }
}

static void offer_argument(struct shell *shell, enum command_argument argument, const char *word,
                           size_t length)
{
    const char *dot = memchr(word, '.', length);

    switch (argument) {
    case ARGUMENT_NONE:
        break;
    case ARGUMENT_COMMAND:
        offer_commands();
        break;
    case ARGUMENT_PROCESS:
        process_names(offer, &complete);
        break;
    case ARGUMENT_METHOD:
        if (dot == NULL)
            offer_services();
        else
            offer_methods(shell, word, (size_t)(dot - word));
        break;
    }
}

/* Offers what may stand at `word`, when it is the first or second word of its command. */
static void offer_words(struct shell *shell, const char *command, const char *word, size_t length)
{
    char name[16];
    size_t name_length = strcspn(command, " ");
    const struct command *found;

    if (word == command) {
        offer_commands();
        return;
    }
    if (command + name_length + strspn(command + name_length, " ") != word ||
        name_length >= sizeof name)
        return;
    snprintf(name, sizeof name, "%.*s", (int)name_length, command);
    found = command_find(name);
    if (found != NULL)
        offer_argument(shell, found->argument, word, length);
}

static void insert_result(struct terminal *terminal)
{
    struct complete_insert insert = complete_result(&complete);

    terminal_insert(terminal, insert.bytes, insert.length);
    if (insert.is_whole && complete.name[0][complete.common - 1] != '.')
        terminal_insert(terminal, " ", 1);
}

static void list_matches(struct shell *shell)
{
    output_print(&shell->output, "\n");
    for (size_t i = 0; i < complete.matches; i++)
        output_print(&shell->output, "%s\n", complete.name[i]);
    shell_prompt(shell);
    terminal_redraw(&shell->terminal);
}

void shell_complete(struct shell *shell)
{
    const struct line *line = &shell->terminal.line;
    const char *end = line->text + line->cursor, *command = end, *word = end;

    while (command > line->text && command[-1] != ';')
        command--;
    command += strspn(command, " ");
    while (word > command && word[-1] != ' ')
        word--;
    complete_start(&complete, word, (size_t)(end - word));
    if (command <= end)
        offer_words(shell, command, word, (size_t)(end - word));
    if (complete.matches == 0)
        terminal_bell(&shell->terminal);
    else if (complete.matches == 1 || complete.common > complete.word_length)
        insert_result(&shell->terminal);
    else
        list_matches(shell);
}
