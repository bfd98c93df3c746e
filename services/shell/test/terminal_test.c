/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline against scripts of keys and against random bytes; the oracle is screen.h. */
#include "screen.h"
#include "terminal/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FUZZ_BYTES 400000u

struct desk {
    struct terminal terminal;
    struct screen screen;
    enum terminal_event last;
};

static void open_desk(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    terminal_start(&desk->terminal, screen_write, &desk->screen);
}

static void type_bytes(struct desk *desk, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        desk->last = terminal_feed(&desk->terminal, (uint8_t)bytes[i]);
        if (desk->last == TERMINAL_LINE && i + 1 < count)
            terminal_next(&desk->terminal);
    }
}

static void type(struct desk *desk, const char *text)
{
    type_bytes(desk, text, strlen(text));
}

static void assert_shown(const struct desk *desk)
{
    const struct line *line = &desk->terminal.line;

    assert_null(desk->screen.error);
    assert_string_equal(screen_text(&desk->screen), line->text);
    assert_int_equal(desk->screen.column, line_columns(line, 0, line->cursor));
}

/* Each script of keys must leave this line with the cursor at this byte. */
static void edits(void **state)
{
    static const struct {
        const char *keys, *text;
        unsigned int cursor;
    } table[] = {
        {"ps", "ps", 2},
        {"p\x1b[Ds", "sp", 1},
        {"bc\x01"
         "a",
         "abc", 1},
        {"ab\x01\x05"
         "c",
         "abc", 3},
        {"abc\x7f", "ab", 2},
        {"abc\x08\x08\x08\x08", "", 0},
        {"abc\x1b[H\x1b[3~", "bc", 0},
        {"abc\x1b[1~\x04", "bc", 0},
        {"abc\x1b[4~\x1b[3~", "abc", 3},
        {"abc\x1bOD\x1bOD\x0b", "a", 1},
        {"abc\x1b[D\x15", "c", 0},
        {"echo one  two\x17\x17", "echo ", 5},
        {"echo one  \x17", "echo ", 5},
        {"a\x1b[1;5Cb", "ab", 2},
        {"a\x1b[999999999999~b", "ab", 2},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x1b[D\x1b[D\x7f", "\xe2\x82\xac\xf0\x9f\x98\x80", 0},
        {"a\xc3\xa9z\x1b[D\x7f", "az", 1},
        {"a\xff\xfe\x80\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80z", "az", 2},
        {"a\xe2\x82z", "az", 2},
        {"a\xc2\x9bz", "az", 2},
        {"\x1b\x1b[Aa", "a", 1},
        {"a\x1b\x01z", "az", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct desk desk;

        open_desk(&desk);
        type(&desk, table[i].keys);
        assert_string_equal(desk.terminal.line.text, table[i].text);
        assert_int_equal(desk.terminal.line.cursor, table[i].cursor);
        assert_shown(&desk);
    }
}

static void enter_ends_a_line_once(void **state)
{
    struct desk desk;

    (void)state;
    open_desk(&desk);
    type(&desk, "ps\r");
    assert_int_equal(desk.last, TERMINAL_LINE);
    assert_string_equal(desk.terminal.line.text, "ps");
    terminal_next(&desk.terminal);
    type(&desk, "\n");
    assert_int_equal(desk.last, TERMINAL_NOTHING);
    type(&desk, "\n");
    assert_int_equal(desk.last, TERMINAL_LINE);
    assert_int_equal(desk.screen.rows, 2);
}

static void interrupt_and_end(void **state)
{
    struct desk desk;

    (void)state;
    open_desk(&desk);
    type(&desk, "half a line\x03");
    assert_int_equal(desk.last, TERMINAL_INTERRUPT);
    assert_string_equal(desk.terminal.line.text, "");
    type(&desk, "\x04");
    assert_int_equal(desk.last, TERMINAL_END);
    type(&desk, "\t");
    assert_int_equal(desk.last, TERMINAL_COMPLETE);
}

static void history_walks_and_keeps_the_draft(void **state)
{
    struct desk desk;

    (void)state;
    open_desk(&desk);
    type(&desk, "one\rtwo\rtwo\r\r  dra");
    assert_int_equal(history_count(&desk.terminal.history), 2);
    type(&desk, "\x1b[A");
    assert_string_equal(desk.terminal.line.text, "two");
    type(&desk, "\x10");
    assert_string_equal(desk.terminal.line.text, "one");
    type(&desk, "\x1b[A");
    assert_string_equal(desk.terminal.line.text, "one");
    assert_int_equal(desk.screen.bells, 1);
    assert_shown(&desk);
    type(&desk, "\x1b[B\x0e");
    assert_string_equal(desk.terminal.line.text, "  dra");
    assert_shown(&desk);
}

static void history_forgets_the_oldest(void **state)
{
    struct history history = {0};
    char text[2] = "a";

    (void)state;
    for (unsigned int i = 0; i < HISTORY_LINES + 3; i++) {
        text[0] = (char)('a' + i);
        history_add(&history, text);
    }
    assert_int_equal(history_count(&history), HISTORY_LINES);
    assert_string_equal(history_at(&history, HISTORY_LINES), "d");
    assert_null(history_at(&history, HISTORY_LINES + 1));
}

static void a_full_line_rings_the_bell(void **state)
{
    struct desk desk;

    (void)state;
    open_desk(&desk);
    for (unsigned int i = 0; i < LINE_MAX_BYTES - 1; i++)
        type(&desk, "x");
    type(&desk, "\xc3\xa9");
    assert_int_equal(desk.terminal.line.length, LINE_MAX_BYTES - 1);
    assert_int_equal(desk.screen.bells, 1);
    type(&desk, "yy");
    assert_int_equal(desk.terminal.line.length, LINE_MAX_BYTES);
    assert_int_equal(desk.screen.bells, 2);
    assert_shown(&desk);
}

static uint8_t random_byte(uint64_t *seed)
{
    static const char likely[] = "\x1b\x1b[[OABCDHF;0139~\x7f\x08\x01\x05\x0b\x15\x17\t\r\xc3\xa9";
    uint64_t drawn;

    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    drawn = *seed >> 33;
    if (drawn % 3 == 0)
        return (uint8_t)(drawn >> 8);
    if (drawn % 3 == 1)
        return (uint8_t)('a' + (drawn >> 8) % 26);
    return (uint8_t)likely[(drawn >> 8) % (sizeof likely - 1)];
}

static void hostile_bytes_break_nothing(void **state)
{
    static struct desk desk;
    uint64_t seed = 2;

    (void)state;
    open_desk(&desk);
    for (unsigned int i = 0; i < FUZZ_BYTES; i++) {
        enum terminal_event event = terminal_feed(&desk.terminal, random_byte(&seed));
        const struct line *line = &desk.terminal.line;

        assert_true(line->cursor <= line->length && line->length <= LINE_MAX_BYTES);
        assert_int_equal(strlen(line->text), line->length);
        if (event == TERMINAL_LINE)
            terminal_next(&desk.terminal);
        else if (event == TERMINAL_CLEAR)
            terminal_redraw(&desk.terminal);
        assert_shown(&desk);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits),
        cmocka_unit_test(enter_ends_a_line_once),
        cmocka_unit_test(interrupt_and_end),
        cmocka_unit_test(history_walks_and_keeps_the_draft),
        cmocka_unit_test(history_forgets_the_oldest),
        cmocka_unit_test(a_full_line_rings_the_bell),
        cmocka_unit_test(hostile_bytes_break_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
