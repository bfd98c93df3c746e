/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

static void add(struct scan *scan, char byte)
{
    if (scan->length < SCAN_WORD_MAX)
        scan->word[scan->length++] = byte;
    scan->word[scan->length] = 0;
}

static void bad(struct scan *scan, const char *found)
{
    scan->kind = SCAN_BAD;
    scan->length = (uint16_t)strlen(found);
    memcpy(scan->word, found, scan->length + 1u);
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return 16;
}

/* Takes at most `most` digits of this base; -1 when there is none. */
static int take_digits(struct scan *scan, int base, int most)
{
    int number = -1;

    for (; most > 0 && digit_value(*scan->next) < base; most--)
        number = (number < 0 ? 0 : number) * base + digit_value(*scan->next++);
    return number;
}

static bool take_escape(struct scan *scan)
{
    static const char letters[] = "nrtabfv\\\"'?", meanings[] = "\n\r\t\a\b\f\v\\\"'?";
    const char *letter = *scan->next == 0 ? NULL : strchr(letters, *scan->next);
    int number;

    if (letter != NULL) {
        scan->next++;
        add(scan, meanings[letter - letters]);
        return true;
    }
    if (*scan->next == 'x') {
        scan->next++;
        number = take_digits(scan, 16, 2);
    } else {
        number = take_digits(scan, 8, 3);
    }
    if (number < 0 || number > UINT8_MAX)
        return false;
    add(scan, (char)number);
    return true;
}

static void take_string(struct scan *scan)
{
    char quote = *scan->next++;

    scan->kind = SCAN_STRING;
    while (*scan->next != quote) {
        char byte = *scan->next;

        if (byte == 0) {
            bad(scan, "a string without its closing quote");
            return;
        }
        scan->next++;
        if (byte != '\\')
            add(scan, byte);
        else if (!take_escape(scan)) {
            bad(scan, "a string with an unknown escape");
            return;
        }
    }
    scan->next++;
}

static void take_number(struct scan *scan)
{
    scan->kind = SCAN_NUMBER;
    do
        add(scan, *scan->next++);
    while (is_word_byte(*scan->next) || *scan->next == '.' ||
           ((*scan->next == '+' || *scan->next == '-') && strchr("eE", scan->next[-1]) != NULL));
}

static void take_name(struct scan *scan)
{
    scan->kind = SCAN_NAME;
    while (is_word_byte(*scan->next))
        add(scan, *scan->next++);
}

void scan_next(struct scan *scan)
{
    char byte, found[16];

    while (*scan->next == ' ' || *scan->next == '\t')
        scan->next++;
    byte = *scan->next;
    scan->length = 0;
    scan->word[0] = 0;
    if (byte == 0) {
        scan->kind = SCAN_END;
    } else if (byte == '"' || byte == '\'') {
        take_string(scan);
    } else if (isdigit((unsigned char)byte) || byte == '-' || byte == '+' || byte == '.') {
        take_number(scan);
    } else if (is_word_byte(byte)) {
        take_name(scan);
    } else if (strchr("{}[]<>:,;", byte) != NULL) {
        scan->kind = SCAN_MARK;
        add(scan, *scan->next++);
    } else {
        snprintf(found, sizeof found, isprint((unsigned char)byte) ? "'%c'" : "byte 0x%02x",
                 (unsigned char)byte);
        bad(scan, found);
    }
}

void scan_start(struct scan *scan, const char *text)
{
    scan->next = text;
    scan_next(scan);
}

bool scan_is_mark(const struct scan *scan, char mark)
{
    return scan->kind == SCAN_MARK && scan->word[0] == mark;
}

bool scan_skip_mark(struct scan *scan, char mark)
{
    if (!scan_is_mark(scan, mark))
        return false;
    scan_next(scan);
    return true;
}

const char *scan_describe(const struct scan *scan, char *text, size_t size)
{
    switch (scan->kind) {
    case SCAN_END:
        snprintf(text, size, "the end");
        break;
    case SCAN_STRING:
        snprintf(text, size, "a string of %u bytes", scan->length);
        break;
    case SCAN_BAD:
        snprintf(text, size, "%.48s", scan->word);
        break;
    case SCAN_NAME:
    case SCAN_NUMBER:
    case SCAN_MARK:
        snprintf(text, size, "'%.40s'", scan->word);
        break;
    }
    return text;
}
