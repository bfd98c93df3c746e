/* SPDX-License-Identifier: BSD-2-Clause */
/* Cutting lines, showing foreign text, completing words. */
#include "text/complete.h"
#include "text/plain.h"
#include "text/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void commands_end_at_their_semicolon(void **state)
{
    static const struct {
        const char *line, *first, *rest;
    } table[] = {
        {"ps; mem", "ps", " mem"},
        {"ps", "ps", NULL},
        {"ps;", "ps", ""},
        {"echo 'a;b'; ps", "echo 'a;b'", " ps"},
        {"echo \"a\\\";\"; ps", "echo \"a\\\";\"", " ps"},
        {"call kv.put { key: 'a'; value: 'b' }; ps", "call kv.put { key: 'a'; value: 'b' }", " ps"},
        {"echo }; ps", "echo }", " ps"},
        {"echo 'open; ps", "echo 'open; ps", NULL},
        {"echo \"x\\", "echo \"x\\", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char line[64];
        char *rest;

        snprintf(line, sizeof line, "%s", table[i].line);
        rest = words_cut_command(line);
        assert_string_equal(line, table[i].first);
        if (table[i].rest == NULL)
            assert_null(rest);
        else
            assert_string_equal(rest, table[i].rest);
    }
}

static void words_come_one_by_one(void **state)
{
    char line[] = "  caps\t kv  ", *text = line, padded[] = "  a b ", empty[] = "   ";

    (void)state;
    assert_string_equal(words_next(&text), "caps");
    assert_string_equal(words_next(&text), "kv");
    assert_string_equal(words_next(&text), "");
    assert_string_equal(words_next(&text), "");
    assert_string_equal(words_rest(padded), "a b");
    assert_string_equal(words_rest(empty), "");
}

/* Shows a text through buffers so small that it takes many steps. */
static void show(const char *bytes, size_t count, char *shown)
{
    while (count > 0) {
        char part[PLAIN_BYTES_MAX + 1];
        struct plain_step step = plain_text(bytes, count, PLAIN_BREAKS, part, sizeof part);

        assert_true(step.taken > 0);
        memcpy(shown, part, step.written);
        shown += step.written;
        bytes += step.taken;
        count -= step.taken;
    }
    *shown = 0;
}

static void odd_bytes_are_spelled_out(void **state)
{
    static const struct {
        const char *bytes, *shown;
    } table[] = {
        {"plain", "plain"},
        {"a\nb", "a\r\nb"},
        {"\x1b[2J\r\t\x7f", "\\x1b[2J\\x0d\\x09\\x7f"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\xc2\x9b", "\\xc2\\x9b"},
        {"\xc3", "\\xc3"},
        {"\xe2\x82z", "\\xe2\\x82z"},
        {"\xe0\x80\xaf\xed\xa0\x80", "\\xe0\\x80\\xaf\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char shown[64];

        show(table[i].bytes, strlen(table[i].bytes), shown);
        assert_string_equal(shown, table[i].shown);
    }
}

static void a_line_stays_one_line(void **state)
{
    char plain[32];
    struct plain_step step = plain_text("a\nb", 3, PLAIN_ONE_LINE, plain, sizeof plain);

    (void)state;
    assert_int_equal(step.taken, 3);
    assert_int_equal(step.written, 6);
    assert_memory_equal(plain, "a\\x0ab", 6);
}

static struct complete complete;

static void a_single_match_is_whole(void **state)
{
    struct complete_insert insert;

    (void)state;
    complete_start(&complete, "Sh", 2);
    complete_offer(&complete, "services");
    complete_offer(&complete, "shutdown");
    complete_offer(&complete, "shutdown");
    insert = complete_result(&complete);
    assert_true(insert.is_whole);
    assert_int_equal(insert.length, 6);
    assert_memory_equal(insert.bytes, "utdown", 6);
}

static void several_matches_give_what_they_share(void **state)
{
    struct complete_insert insert;

    (void)state;
    complete_start(&complete, "", 0);
    assert_int_equal(complete_result(&complete).length, 0);
    complete_offer(&complete, "restart");
    complete_offer(&complete, "REst");
    complete_offer(&complete, "reboot");
    insert = complete_result(&complete);
    assert_false(insert.is_whole);
    assert_int_equal(insert.length, 2);
    assert_int_equal(complete.matches, 3);
}

static void more_names_than_fit_are_left_out(void **state)
{
    char name[COMPLETE_NAME_MAX + 2];

    (void)state;
    complete_start(&complete, "n", 1);
    for (unsigned int i = 0; i < 2 * COMPLETE_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "n%u", i);
        complete_offer(&complete, name);
    }
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    complete_offer(&complete, name);
    assert_int_equal(complete.matches, COMPLETE_NAMES_MAX);
    assert_int_equal(complete.common, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_end_at_their_semicolon),
        cmocka_unit_test(words_come_one_by_one),
        cmocka_unit_test(odd_bytes_are_spelled_out),
        cmocka_unit_test(a_line_stays_one_line),
        cmocka_unit_test(a_single_match_is_whole),
        cmocka_unit_test(several_matches_give_what_they_share),
        cmocka_unit_test(more_names_than_fit_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
