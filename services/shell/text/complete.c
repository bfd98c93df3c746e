/* SPDX-License-Identifier: BSD-2-Clause */
#include "complete.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void complete_start(struct complete *complete, const char *word, size_t length)
{
    complete->word = word;
    complete->word_length = length;
    complete->common = 0;
    complete->matches = 0;
}

static bool is_known(const struct complete *complete, const char *name)
{
    for (size_t i = 0; i < complete->matches; i++)
        if (strcmp(complete->name[i], name) == 0)
            return true;
    return false;
}

static size_t common_length(const char *a, const char *b, size_t most)
{
    size_t length = 0;

    while (length < most && b[length] != 0 &&
           tolower((unsigned char)a[length]) == tolower((unsigned char)b[length]))
        length++;
    return length;
}

void complete_offer(struct complete *complete, const char *name)
{
    size_t length = strlen(name);

    if (length > COMPLETE_NAME_MAX || length < complete->word_length ||
        strncasecmp(name, complete->word, complete->word_length) != 0 || is_known(complete, name))
        return;
    if (complete->matches == COMPLETE_NAMES_MAX)
        return;
    memcpy(complete->name[complete->matches], name, length + 1);
    complete->common =
        complete->matches == 0 ? length : common_length(complete->name[0], name, complete->common);
    complete->matches++;
}

struct complete_insert complete_result(const struct complete *complete)
{
    if (complete->matches == 0)
        return (struct complete_insert){"", 0, false};
    return (struct complete_insert){
        .bytes = complete->name[0] + complete->word_length,
        .length = complete->common - complete->word_length,
        .is_whole = complete->matches == 1,
    };
}
