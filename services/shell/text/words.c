/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <string.h>

/* Goes past a quoted string, or to the end of the line. */
static char *skip_string(char *at)
{
    char quote = *at++;

    while (*at != 0 && *at != quote)
        at += at[0] == '\\' && at[1] != 0 ? 2 : 1;
    return *at == 0 ? at : at + 1;
}

char *words_cut_command(char *line)
{
    unsigned int depth = 0;

    for (char *at = line; *at != 0;) {
        if (*at == '"' || *at == '\'') {
            at = skip_string(at);
            continue;
        }
        if (*at == ';' && depth == 0) {
            *at = 0;
            return at + 1;
        }
        if (strchr("{[<", *at) != NULL)
            depth++;
        else if (strchr("}]>", *at) != NULL && depth > 0)
            depth--;
        at++;
    }
    return NULL;
}

char *words_next(char **text)
{
    char *word = *text + strspn(*text, " \t");
    char *end = word + strcspn(word, " \t");

    *text = end;
    if (*end != 0) {
        *end = 0;
        *text = end + 1;
    }
    return word;
}

char *words_rest(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = 0;
    return text;
}
