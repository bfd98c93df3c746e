/* SPDX-License-Identifier: BSD-2-Clause */
/* A line discipline: bytes from a terminal go in, echo and cursor movements go out to the sink, and
   whole lines come back. Pure: it holds no handle and blocks on nothing. Columns are counted as one
   for each code point; a line longer than the terminal is wide wraps as the terminal does it. */
#pragma once

#include "history.h"
#include "keys.h"
#include "line.h"

enum terminal_event {
    TERMINAL_NOTHING,
    TERMINAL_LINE,      /* Enter: the line is in `line.text` */
    TERMINAL_INTERRUPT, /* Control-C: the line was dropped */
    TERMINAL_END,       /* Control-D on an empty line */
    TERMINAL_COMPLETE,  /* Tab: the caller may insert or list */
    TERMINAL_CLEAR, /* Control-L: the screen is empty, the caller shows its prompt and redraws */
};

struct terminal {
    struct line line;
    struct keys keys;
    struct history history;
    char draft[LINE_MAX_BYTES + 1]; /* what was typed before walking through the history */
    uint32_t age;                   /* of the history line shown; 0 the draft */
    void (*write)(void *self, const char *bytes, size_t count);
    void *self;
};

/* Prepares a terminal that echoes to `write(self, ...)`. */
void terminal_start(struct terminal *terminal,
                    void (*write)(void *self, const char *bytes, size_t count), void *self);

/* Takes one byte. After TERMINAL_LINE call terminal_next before feeding on. */
enum terminal_event terminal_feed(struct terminal *terminal, uint8_t byte);

/* Remembers the line just entered and begins an empty one. */
void terminal_next(struct terminal *terminal);

/* Inserts text at the cursor as if it were typed; rings the bell when it does not fit. */
void terminal_insert(struct terminal *terminal, const char *bytes, size_t count);

/* Shows the line again behind a prompt just written. */
void terminal_redraw(struct terminal *terminal);

/* Rings the terminal's bell. */
void terminal_bell(struct terminal *terminal);
