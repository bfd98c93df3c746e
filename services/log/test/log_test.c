/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal's bounds and order, and the limiter's arithmetic. */
#include "journal.h"
#include "limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct journal journal;

static void add(uint64_t process, const char *text)
{
    journal_add(&journal, (struct journal_entry){.process = process, .level = 1}, text,
                strlen(text));
}

static void entries_come_back_in_order(void **state)
{
    struct journal_entry entry;
    char text[JOURNAL_TEXT_MAX + 1];

    (void)state;
    journal_start(&journal);
    assert_false(journal_get(&journal, 1, &entry, text));
    add(7, "one");
    add(8, "two");
    assert_false(journal_get(&journal, 0, &entry, text));
    assert_true(journal_get(&journal, 1, &entry, text));
    assert_string_equal(text, "one");
    assert_true(journal_get(&journal, 2, &entry, text));
    assert_string_equal(text, "two");
    assert_int_equal(entry.process, 8);
    assert_false(journal_get(&journal, 3, &entry, text));
}

static void the_oldest_is_dropped_by_count(void **state)
{
    struct journal_entry entry;
    char text[JOURNAL_TEXT_MAX + 1];

    (void)state;
    journal_start(&journal);
    for (unsigned int i = 1; i <= JOURNAL_ENTRIES + 5; i++) {
        snprintf(text, sizeof text, "%u", i);
        add(1, text);
    }
    assert_int_equal(journal.first, 6);
    assert_false(journal_get(&journal, 5, &entry, text));
    assert_true(journal_get(&journal, 6, &entry, text));
    assert_string_equal(text, "6");
}

static void the_oldest_is_dropped_by_bytes(void **state)
{
    struct journal_entry entry;
    char text[JOURNAL_TEXT_MAX + 1], expected[JOURNAL_TEXT_MAX + 1];

    (void)state;
    journal_start(&journal);
    for (unsigned int i = 1; i <= 3 * JOURNAL_ENTRIES; i++) {
        memset(text, 'a' + (int)(i % 26), JOURNAL_TEXT_MAX);
        text[JOURNAL_TEXT_MAX - i % 7] = 0;
        add(1, text);
        assert_true(journal.used <= JOURNAL_BYTES);
    }
    assert_true(journal.next - journal.first < JOURNAL_ENTRIES);
    for (uint64_t i = journal.first; i < journal.next; i++) {
        assert_true(journal_get(&journal, i, &entry, text));
        memset(expected, 'a' + (int)(i % 26), JOURNAL_TEXT_MAX);
        expected[JOURNAL_TEXT_MAX - i % 7] = 0;
        assert_string_equal(text, expected);
    }
}

static void a_long_text_is_cut_at_a_code_point(void **state)
{
    struct journal_entry entry;
    char text[JOURNAL_TEXT_MAX + 3];

    (void)state;
    journal_start(&journal);
    memset(text, 'x', sizeof text);
    memcpy(text + JOURNAL_TEXT_MAX - 1, "\xc3\xa9", 3);
    add(1, text);
    assert_true(journal_get(&journal, 1, &entry, text));
    assert_int_equal(strlen(text), JOURNAL_TEXT_MAX - 1);
}

static unsigned int admitted(struct limiter *limiter, uint64_t client, uint64_t now_ns,
                             unsigned int tries)
{
    unsigned int count = 0;
    uint32_t suppressed;

    while (tries-- > 0)
        count += limiter_admit(limiter, client, now_ns, &suppressed);
    return count;
}

static void a_burst_is_admitted_then_one_a_period(void **state)
{
    struct limiter limiter = {0};
    uint64_t now = 5 * LIMITER_PERIOD_NS;
    uint32_t suppressed = 9;

    (void)state;
    assert_true(limiter_admit(&limiter, 1, now, &suppressed));
    assert_int_equal(suppressed, 0);
    assert_int_equal(admitted(&limiter, 1, now, 2 * LIMITER_BURST), LIMITER_BURST - 1);
    assert_int_equal(admitted(&limiter, 2, now, 1), 1);
    assert_false(limiter_admit(&limiter, 1, now + LIMITER_PERIOD_NS - 1, &suppressed));
    assert_true(limiter_admit(&limiter, 1, now + LIMITER_PERIOD_NS, &suppressed));
    assert_int_equal(suppressed, LIMITER_BURST + 2);
    assert_int_equal(limiter.refused, LIMITER_BURST + 2);
    assert_int_equal(admitted(&limiter, 1, now + 1000 * LIMITER_PERIOD_NS, 1000), LIMITER_BURST);
}

static void strangers_wait_for_an_idle_bucket(void **state)
{
    struct limiter limiter = {0};
    uint32_t suppressed;

    (void)state;
    for (uint64_t client = 0; client < LIMITER_CLIENTS; client++)
        assert_true(limiter_admit(&limiter, client, client, &suppressed));
    assert_false(limiter_admit(&limiter, 99, 100, &suppressed));
    assert_true(limiter_admit(&limiter, 99, LIMITER_PERIOD_NS, &suppressed));
    assert_false(limiter_admit(&limiter, 0, LIMITER_PERIOD_NS, &suppressed));
    assert_true(limiter_admit(&limiter, 1, LIMITER_PERIOD_NS, &suppressed));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_back_in_order),
        cmocka_unit_test(the_oldest_is_dropped_by_count),
        cmocka_unit_test(the_oldest_is_dropped_by_bytes),
        cmocka_unit_test(a_long_text_is_cut_at_a_code_point),
        cmocka_unit_test(a_burst_is_admitted_then_one_a_period),
        cmocka_unit_test(strangers_wait_for_an_idle_bucket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
