/* SPDX-License-Identifier: BSD-2-Clause */
#include "history.h"

#include <string.h>

uint32_t history_count(const struct history *history)
{
    return history->added < HISTORY_LINES ? history->added : HISTORY_LINES;
}

const char *history_at(const struct history *history, uint32_t age)
{
    if (age == 0 || age > history_count(history))
        return NULL;
    return history->text[(history->added - age) % HISTORY_LINES];
}

void history_add(struct history *history, const char *text)
{
    const char *newest = history_at(history, 1);
    char *slot = history->text[history->added % HISTORY_LINES];
    size_t length = strlen(text);

    if (length == 0 || length > LINE_MAX_BYTES || (newest != NULL && strcmp(newest, text) == 0))
        return;
    memcpy(slot, text, length + 1);
    history->added++;
}
