/* SPDX-License-Identifier: BSD-2-Clause */
#include "line.h"

#include <string.h>

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

void line_clear(struct line *line)
{
    line->length = 0;
    line->cursor = 0;
    line->text[0] = 0;
}

bool line_insert(struct line *line, const char *bytes, size_t count)
{
    char *at = line->text + line->cursor;

    if (count > LINE_MAX_BYTES - line->length)
        return false;
    memmove(at + count, at, (size_t)(line->length - line->cursor) + 1);
    memcpy(at, bytes, count);
    line->length = (uint16_t)(line->length + count);
    line->cursor = (uint16_t)(line->cursor + count);
    return true;
}

void line_set(struct line *line, const char *text)
{
    size_t length = strlen(text);

    if (length > LINE_MAX_BYTES) {
        length = LINE_MAX_BYTES;
        while (length > 0 && is_continuation(text[length]))
            length--;
    }
    memmove(line->text, text, length);
    line->text[length] = 0;
    line->length = (uint16_t)length;
    line->cursor = (uint16_t)length;
}

size_t line_previous(const struct line *line, size_t position)
{
    if (position == 0)
        return 0;
    position--;
    while (position > 0 && is_continuation(line->text[position]))
        position--;
    return position;
}

size_t line_next(const struct line *line, size_t position)
{
    if (position >= line->length)
        return line->length;
    position++;
    while (position < line->length && is_continuation(line->text[position]))
        position++;
    return position;
}

size_t line_word_start(const struct line *line)
{
    size_t position = line->cursor;

    while (position > 0 && line->text[position - 1] == ' ')
        position--;
    while (position > 0 && line->text[position - 1] != ' ')
        position--;
    return position;
}

void line_remove(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length = (uint16_t)(line->length - (to - from));
    line->cursor = (uint16_t)from;
}

size_t line_columns(const struct line *line, size_t from, size_t to)
{
    size_t columns = 0;

    for (size_t i = from; i < to; i++)
        columns += !is_continuation(line->text[i]);
    return columns;
}
