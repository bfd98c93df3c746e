/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes from a terminal into the shell's line discipline. The oracle of its unit test: what it wrote
   must leave on a screen the line that is edited, with the cursor at its place; and the line is
   well-formed UTF-8 without control characters. */
#include "fuzz.h"

#include "screen.h"
#include "terminal/terminal.h"

#include <string.h>

static struct terminal terminal;
static struct screen screen;

/* Bytes of the code point that begins here, 0 when none may. */
static size_t code_point(const uint8_t *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    uint32_t value = length == 1 ? text[0] : text[0] & (0x7fu >> length);

    if (text[0] >= 0x80 && (text[0] < 0xc0 || text[0] >= 0xf8))
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3fu);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    return value < 0x20 || (value >= 0x7f && value < 0xa0) ? 0 : length;
}

static void check_line(const struct line *line)
{
    FUZZ_EXPECT(line->cursor <= line->length && line->length <= LINE_MAX_BYTES &&
                    strlen(line->text) == line->length,
                "a line of %u bytes, cursor at %u", line->length, line->cursor);
    bool is_between = line->cursor == line->length;
    for (size_t i = 0; i < line->length;) {
        size_t length = code_point((const uint8_t *)line->text + i);

        FUZZ_EXPECT(length != 0, "byte %zu of the line begins no printable code point", i);
        is_between |= i == line->cursor;
        i += length;
    }
    FUZZ_EXPECT(is_between, "the cursor is inside a code point");
}

static void check_screen(const struct line *line)
{
    FUZZ_EXPECT(screen.error == NULL, "the terminal was sent %s", screen.error);
    FUZZ_EXPECT(strcmp(screen_text(&screen), line->text) == 0,
                "expected \"%s\", the screen has \"%s\"", line->text, screen_text(&screen));
    FUZZ_EXPECT(screen.column == line_columns(line, 0, line->cursor),
                "expected the cursor in column %zu, found %zu", line_columns(line, 0, line->cursor),
                screen.column);
}

void fuzz_start(void)
{
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    memset(&screen, 0, sizeof screen);
    terminal_start(&terminal, screen_write, &screen);
    for (size_t i = 0; i < size; i++) {
        enum terminal_event event = terminal_feed(&terminal, bytes[i]);

        check_line(&terminal.line);
        if (event == TERMINAL_LINE)
            terminal_next(&terminal);
        else if (event == TERMINAL_CLEAR)
            terminal_redraw(&terminal);
        check_screen(&terminal.line);
    }
}
