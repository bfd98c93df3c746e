/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal of one endless row, the oracle of the line discipline: what was written must leave on
   the screen the line that is being edited, with the cursor at its place. */
#pragma once

#include <stddef.h>

#define SCREEN_COLUMNS 1024u

struct screen {
    char cell[SCREEN_COLUMNS][5]; /* a code point each, empty when blank */
    size_t column;
    unsigned int rows; /* line feeds seen */
    unsigned int bells;
    const char *error; /* the first thing a terminal would not understand */
};

/* Takes what was written to the terminal. */
void screen_write(void *screen, const char *bytes, size_t count);

/* The row up to its last used cell, as text; valid until the next call. */
const char *screen_text(const struct screen *screen);
