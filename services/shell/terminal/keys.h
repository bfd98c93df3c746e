/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes from a terminal become keys. Whatever the bytes, a key is one of this list and text is one
   well-formed UTF-8 code point that is not a control character; everything else is swallowed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define KEY_TEXT_MAX 4u

enum key {
    KEY_NONE, /* nothing yet, or nothing that means anything */
    KEY_TEXT, /* the code point in `text` */
    KEY_ENTER,
    KEY_TAB,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_CUT_TO_END,
    KEY_CUT_TO_START,
    KEY_CUT_WORD,
    KEY_INTERRUPT,
    KEY_END_OF_INPUT, /* Control-D: also deletes under the cursor */
    KEY_CLEAR,
};

/* States of a decoder, the function for the edges out of each, and where they lead:
   GROUND (feed_ground): UTF8, ESCAPE
   UTF8 (feed_utf8): GROUND
   ESCAPE (feed_escape): SEQUENCE, SINGLE, GROUND
   SEQUENCE (feed_sequence), SINGLE (feed_single): GROUND */
enum key_state { KEYS_GROUND, KEYS_UTF8, KEYS_ESCAPE, KEYS_SEQUENCE, KEYS_SINGLE };

struct keys {
    uint8_t text[KEY_TEXT_MAX];
    uint8_t text_length;
    uint8_t text_needed;
    uint8_t state;     /* enum key_state */
    uint8_t parameter; /* first number of an escape sequence, saturating */
    bool is_first_parameter;
    bool is_after_return; /* a line feed right after a carriage return is part of it */
};

/* Takes one byte and says which key it completed. */
enum key keys_feed(struct keys *keys, uint8_t byte);
