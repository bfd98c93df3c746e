/* SPDX-License-Identifier: BSD-2-Clause */
/* The line being edited: at most LINE_MAX bytes of UTF-8 with a cursor. The cursor always stands
   between two code points and text[length] is always 0. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_MAX_BYTES 256u

struct line {
    char text[LINE_MAX_BYTES + 1];
    uint16_t length;
    uint16_t cursor;
};

/* Empties the line. */
void line_clear(struct line *line);

/* Inserts whole code points at the cursor; false and nothing changed when they do not fit. */
bool line_insert(struct line *line, const char *bytes, size_t count);

/* Replaces the line, cursor at its end; what does not fit is cut at a code point. */
void line_set(struct line *line, const char *text);

/* Where the code point before, or after, this position begins. */
size_t line_previous(const struct line *line, size_t position);
size_t line_next(const struct line *line, size_t position);

/* Where the word before the cursor begins. */
size_t line_word_start(const struct line *line);

/* Removes the bytes [from, to) and leaves the cursor at `from`. */
void line_remove(struct line *line, size_t from, size_t to);

/* Terminal columns the bytes [from, to) take: one for each code point. */
size_t line_columns(const struct line *line, size_t from, size_t to);
