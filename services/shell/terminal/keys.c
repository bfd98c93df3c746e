/* SPDX-License-Identifier: BSD-2-Clause */
#include "keys.h"

#define ESCAPE 0x1b

static enum key control_key(struct keys *keys, uint8_t byte)
{
    static const uint8_t key_of[32] = {
        [0x01] = KEY_HOME,         [0x02] = KEY_LEFT,  [0x03] = KEY_INTERRUPT,
        [0x04] = KEY_END_OF_INPUT, [0x05] = KEY_END,   [0x06] = KEY_RIGHT,
        [0x08] = KEY_BACKSPACE,    [0x09] = KEY_TAB,   [0x0a] = KEY_ENTER,
        [0x0b] = KEY_CUT_TO_END,   [0x0c] = KEY_CLEAR, [0x0d] = KEY_ENTER,
        [0x0e] = KEY_DOWN,         [0x10] = KEY_UP,    [0x15] = KEY_CUT_TO_START,
        [0x17] = KEY_CUT_WORD,
    };
    bool was_after_return = keys->is_after_return;

    keys->is_after_return = byte == '\r';
    if (byte == '\n' && was_after_return)
        return KEY_NONE;
    return key_of[byte];
}

/* How many bytes a code point starting with this byte has; 0 when none may. */
static uint8_t utf8_length(uint8_t byte)
{
    if (byte >= 0xc2 && byte <= 0xdf)
        return 2;
    if (byte >= 0xe0 && byte <= 0xef)
        return 3;
    if (byte >= 0xf0 && byte <= 0xf4)
        return 4;
    return 0;
}

static enum key feed_ground(struct keys *keys, uint8_t byte)
{
    if (byte < 0x20 && byte != ESCAPE)
        return control_key(keys, byte);
    keys->is_after_return = false;
    if (byte == ESCAPE) {
        keys->state = KEYS_ESCAPE;
        return KEY_NONE;
    }
    if (byte == 0x7f)
        return KEY_BACKSPACE;
    keys->text[0] = byte;
    keys->text_length = 1;
    if (byte < 0x7f)
        return KEY_TEXT;
    keys->text_needed = utf8_length(byte);
    keys->state = keys->text_needed == 0 ? KEYS_GROUND : KEYS_UTF8;
    return KEY_NONE;
}

/* Overlong forms, surrogates, numbers past U+10FFFF and the C1 controls are refused. */
static bool text_is_allowed(const struct keys *keys)
{
    uint8_t first = keys->text[0], second = keys->text[1];

    if (first == 0xc2)
        return second >= 0xa0;
    if (first == 0xe0)
        return second >= 0xa0;
    if (first == 0xed)
        return second < 0xa0;
    if (first == 0xf0)
        return second >= 0x90;
    if (first == 0xf4)
        return second < 0x90;
    return true;
}

static enum key feed_utf8(struct keys *keys, uint8_t byte)
{
    if ((byte & 0xc0) != 0x80) {
        keys->state = KEYS_GROUND;
        return feed_ground(keys, byte);
    }
    keys->text[keys->text_length++] = byte;
    if (keys->text_length < keys->text_needed)
        return KEY_NONE;
    keys->state = KEYS_GROUND;
    return text_is_allowed(keys) ? KEY_TEXT : KEY_NONE;
}

static enum key feed_escape(struct keys *keys, uint8_t byte)
{
    keys->parameter = 0;
    keys->is_first_parameter = true;
    keys->state = byte == '['      ? KEYS_SEQUENCE
                  : byte == 'O'    ? KEYS_SINGLE
                  : byte == ESCAPE ? KEYS_ESCAPE
                                   : KEYS_GROUND;
    return KEY_NONE;
}

static enum key letter_key(uint8_t byte)
{
    switch (byte) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'F':
        return KEY_END;
    case 'H':
        return KEY_HOME;
    default:
        return KEY_NONE;
    }
}

static enum key number_key(uint8_t number)
{
    switch (number) {
    case 1:
    case 7:
        return KEY_HOME;
    case 3:
        return KEY_DELETE;
    case 4:
    case 8:
        return KEY_END;
    default:
        return KEY_NONE;
    }
}

static enum key feed_sequence(struct keys *keys, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        unsigned int number = keys->parameter * 10u + (byte - '0');

        if (keys->is_first_parameter)
            keys->parameter = (uint8_t)(number > UINT8_MAX ? UINT8_MAX : number);
        return KEY_NONE;
    }
    if (byte >= 0x20 && byte < 0x40) {
        keys->is_first_parameter = false;
        return KEY_NONE;
    }
    keys->state = KEYS_GROUND;
    if (byte < 0x20 || byte > 0x7e)
        return feed_ground(keys, byte);
    return byte == '~' ? number_key(keys->parameter) : letter_key(byte);
}

static enum key feed_single(struct keys *keys, uint8_t byte)
{
    keys->state = KEYS_GROUND;
    if (byte < 0x20 || byte > 0x7e)
        return feed_ground(keys, byte);
    return letter_key(byte);
}

enum key keys_feed(struct keys *keys, uint8_t byte)
{
    switch ((enum key_state)keys->state) {
    case KEYS_GROUND:
        return feed_ground(keys, byte);
    case KEYS_UTF8:
        return feed_utf8(keys, byte);
    case KEYS_ESCAPE:
        return feed_escape(keys, byte);
    case KEYS_SEQUENCE:
        return feed_sequence(keys, byte);
    case KEYS_SINGLE:
        return feed_single(keys, byte);
    }
    keys->state = KEYS_GROUND;
    return KEY_NONE;
}
