/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of message text: names, numbers, quoted strings and single marks. The text ends with 0. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_WORD_MAX 256u

enum scan_kind {
    SCAN_END,
    SCAN_NAME,   /* letters, digits and underscores, not beginning with a digit */
    SCAN_NUMBER, /* as written, with its sign */
    SCAN_STRING, /* without its quotes, escapes resolved */
    SCAN_MARK,   /* one of { } [ ] < > : , ; */
    SCAN_BAD,    /* anything else; `word` says what was found */
};

struct scan {
    const char *next; /* where the word after the current one begins */
    enum scan_kind kind;
    uint16_t length; /* bytes of `word`, which may hold 0 when a string */
    char word[SCAN_WORD_MAX + 1];
};

/* Begins with the first word of a text. */
void scan_start(struct scan *scan, const char *text);

/* Goes on to the next word. */
void scan_next(struct scan *scan);

/* Whether the current word is this mark. */
bool scan_is_mark(const struct scan *scan, char mark);

/* Goes past this mark if it is the current word. */
bool scan_skip_mark(struct scan *scan, char mark);

/* The current word for a message: a name or 'a "string"', "the end". */
const char *scan_describe(const struct scan *scan, char *text, size_t size);
