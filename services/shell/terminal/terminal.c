/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"

#include <stdio.h>
#include <string.h>

static void emit(struct terminal *terminal, const char *bytes, size_t count)
{
    if (count > 0)
        terminal->write(terminal->self, bytes, count);
}

static void emit_text(struct terminal *terminal, const char *text)
{
    emit(terminal, text, strlen(text));
}

/* Moves the terminal's cursor left. */
static void emit_back(struct terminal *terminal, size_t columns)
{
    char sequence[16];

    if (columns == 0)
        return;
    snprintf(sequence, sizeof sequence, "\x1b[%uD", (unsigned int)columns);
    emit_text(terminal, columns == 1 ? "\b" : sequence);
}

/* Writes what stands right of the cursor, erases what is left of an older line, and goes back. */
static void emit_tail(struct terminal *terminal)
{
    struct line *line = &terminal->line;

    emit(terminal, line->text + line->cursor, (size_t)(line->length - line->cursor));
    emit_text(terminal, "\x1b[K");
    emit_back(terminal, line_columns(line, line->cursor, line->length));
}

static void move_left_to(struct terminal *terminal, size_t position)
{
    struct line *line = &terminal->line;

    emit_back(terminal, line_columns(line, position, line->cursor));
    line->cursor = (uint16_t)position;
}

static void move_right_to(struct terminal *terminal, size_t position)
{
    struct line *line = &terminal->line;

    emit(terminal, line->text + line->cursor, position - line->cursor);
    line->cursor = (uint16_t)position;
}

static void cut(struct terminal *terminal, size_t from, size_t to)
{
    struct line *line = &terminal->line;

    if (from == to)
        return;
    emit_back(terminal, line_columns(line, from, line->cursor));
    line_remove(line, from, to);
    emit_tail(terminal);
}

static void show_history(struct terminal *terminal, uint32_t age)
{
    const char *text = age == 0 ? terminal->draft : history_at(&terminal->history, age);
    struct line *line = &terminal->line;

    if (text == NULL) {
        terminal_bell(terminal);
        return;
    }
    if (terminal->age == 0)
        memcpy(terminal->draft, line->text, line->length + 1u);
    terminal->age = age;
    move_left_to(terminal, 0);
    line_set(line, text);
    emit(terminal, line->text, line->length);
    emit_text(terminal, "\x1b[K");
}

static enum terminal_event end_line(struct terminal *terminal, enum terminal_event event)
{
    move_right_to(terminal, terminal->line.length);
    emit_text(terminal, event == TERMINAL_INTERRUPT ? "^C\r\n" : "\r\n");
    if (event != TERMINAL_LINE)
        line_clear(&terminal->line);
    terminal->age = 0;
    return event;
}

static enum terminal_event end_of_input(struct terminal *terminal)
{
    struct line *line = &terminal->line;

    if (line->length == 0)
        return TERMINAL_END;
    cut(terminal, line->cursor, line_next(line, line->cursor));
    return TERMINAL_NOTHING;
}

static enum terminal_event act(struct terminal *terminal, enum key key)
{
    struct line *line = &terminal->line;

    switch (key) {
    case KEY_NONE:
        break;
    case KEY_TEXT:
        terminal_insert(terminal, (const char *)terminal->keys.text, terminal->keys.text_length);
        break;
    case KEY_ENTER:
        return end_line(terminal, TERMINAL_LINE);
    case KEY_INTERRUPT:
        return end_line(terminal, TERMINAL_INTERRUPT);
    case KEY_END_OF_INPUT:
        return end_of_input(terminal);
    case KEY_TAB:
        return TERMINAL_COMPLETE;
    case KEY_CLEAR:
        emit_text(terminal, "\x1b[H\x1b[2J");
        return TERMINAL_CLEAR;
    case KEY_LEFT:
        move_left_to(terminal, line_previous(line, line->cursor));
        break;
    case KEY_RIGHT:
        move_right_to(terminal, line_next(line, line->cursor));
        break;
    case KEY_UP:
        show_history(terminal, terminal->age + 1);
        break;
    case KEY_DOWN:
        if (terminal->age > 0)
            show_history(terminal, terminal->age - 1);
        break;
    case KEY_HOME:
        move_left_to(terminal, 0);
        break;
    case KEY_END:
        move_right_to(terminal, line->length);
        break;
    case KEY_BACKSPACE:
        cut(terminal, line_previous(line, line->cursor), line->cursor);
        break;
    case KEY_DELETE:
        cut(terminal, line->cursor, line_next(line, line->cursor));
        break;
    case KEY_CUT_TO_END:
        cut(terminal, line->cursor, line->length);
        break;
    case KEY_CUT_TO_START:
        cut(terminal, 0, line->cursor);
        break;
    case KEY_CUT_WORD:
        cut(terminal, line_word_start(line), line->cursor);
        break;
    }
    return TERMINAL_NOTHING;
}

void terminal_start(struct terminal *terminal,
                    void (*write)(void *self, const char *bytes, size_t count), void *self)
{
    memset(terminal, 0, sizeof *terminal);
    terminal->write = write;
    terminal->self = self;
}

enum terminal_event terminal_feed(struct terminal *terminal, uint8_t byte)
{
    return act(terminal, keys_feed(&terminal->keys, byte));
}

void terminal_next(struct terminal *terminal)
{
    history_add(&terminal->history, terminal->line.text);
    line_clear(&terminal->line);
    terminal->age = 0;
}

void terminal_insert(struct terminal *terminal, const char *bytes, size_t count)
{
    struct line *line = &terminal->line;

    if (!line_insert(line, bytes, count)) {
        terminal_bell(terminal);
        return;
    }
    emit(terminal, bytes, count);
    if (line->cursor < line->length)
        emit_tail(terminal);
}

void terminal_redraw(struct terminal *terminal)
{
    struct line *line = &terminal->line;

    emit(terminal, line->text, line->length);
    emit_back(terminal, line_columns(line, line->cursor, line->length));
}

void terminal_bell(struct terminal *terminal)
{
    emit_text(terminal, "\a");
}
