/* SPDX-License-Identifier: BSD-2-Clause */
#include "screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void clear_from(struct screen *screen, size_t column)
{
    memset(screen->cell[column], 0, sizeof screen->cell - column * sizeof screen->cell[0]);
}

static void move_back(struct screen *screen, unsigned long columns)
{
    if (columns > screen->column) {
        screen->error = "moved left of the first column";
        columns = screen->column;
    }
    screen->column -= columns;
}

/* Takes an escape sequence and returns its length. */
static size_t take_sequence(struct screen *screen, const char *bytes, size_t count)
{
    char *end;
    unsigned long number = count > 2 ? strtoul(bytes + 2, &end, 10) : 0;

    if (count < 3 || bytes[1] != '[') {
        screen->error = "half an escape sequence";
        return count;
    }
    if (*end == 'D')
        move_back(screen, number == 0 ? 1 : number);
    else if (*end == 'K')
        clear_from(screen, screen->column);
    else if (*end == 'J' && number == 2)
        clear_from(screen, 0);
    else if (*end == 'H')
        screen->column = 0;
    else
        screen->error = "an unknown escape sequence";
    return (size_t)(end + 1 - bytes);
}

static size_t take_text(struct screen *screen, const char *bytes, size_t count)
{
    uint8_t first = (uint8_t)bytes[0];
    size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    if (length > count || first == 0x7f || screen->column >= SCREEN_COLUMNS) {
        screen->error = "not a printable code point";
        return count;
    }
    memset(screen->cell[screen->column], 0, sizeof screen->cell[0]);
    memcpy(screen->cell[screen->column], bytes, length);
    screen->column++;
    return length;
}

static size_t take_control(struct screen *screen, const char *bytes, size_t count)
{
    switch (bytes[0]) {
    case '\a':
        screen->bells++;
        return 1;
    case '\b':
        move_back(screen, 1);
        return 1;
    case '\r':
        screen->column = 0;
        return 1;
    case '\n':
        screen->rows++;
        clear_from(screen, 0);
        return 1;
    case 0x1b:
        return take_sequence(screen, bytes, count);
    default:
        screen->error = "an unknown control character";
        return 1;
    }
}

void screen_write(void *self, const char *bytes, size_t count)
{
    struct screen *screen = self;
    char copy[4096];

    if (count >= sizeof copy) {
        screen->error = "a write longer than any line";
        return;
    }
    memcpy(copy, bytes, count);
    copy[count] = 0;
    for (size_t i = 0; i < count;)
        i += (uint8_t)copy[i] < 0x20 ? take_control(screen, copy + i, count - i)
                                     : take_text(screen, copy + i, count - i);
}

const char *screen_text(const struct screen *screen)
{
    static char text[SCREEN_COLUMNS * 4 + 1];
    char *end = text;

    for (size_t i = 0; i < SCREEN_COLUMNS && screen->cell[i][0] != 0; i++)
        for (const char *byte = screen->cell[i]; *byte != 0; byte++)
            *end++ = *byte;
    *end = 0;
    return text;
}
