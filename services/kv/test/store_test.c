/* SPDX-License-Identifier: BSD-2-Clause */
/* The store against its rules, and against random operations with a naive model beside it. */
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define QUOTA_ENTRIES 64u
#define QUOTA_BYTES 16384u

static struct store *new_store(void)
{
    struct store *store = malloc(sizeof *store);

    store_start(store, (struct store_quota){QUOTA_ENTRIES, QUOTA_BYTES});
    return store;
}

static enum store_result put(struct store *store, uint64_t badge, const char *key, size_t length)
{
    static const uint8_t value[STORE_VALUE_MAX + 1];
    uint64_t revision;

    return store_put(store, badge, key, value, length, &revision);
}

static void put_then_get(void **state)
{
    struct store *store = new_store();
    struct store_view view;
    uint64_t revision = 0;

    (void)state;
    assert_int_equal(store_put(store, 3, "a", (const uint8_t *)"hello", 5, &revision), STORE_OK);
    assert_int_equal(revision, 1);
    assert_int_equal(store_put(store, 3, "a", (const uint8_t *)"bye", 3, &revision), STORE_OK);
    assert_int_equal(revision, 2);
    assert_true(store_get(store, 3, "a", &view));
    assert_int_equal(view.value_length, 3);
    assert_memory_equal(view.value, "bye", 3);
    assert_int_equal(view.revision, 2);
    assert_int_equal(store_usage(store, 3).entries, 1);
    assert_int_equal(store_usage(store, 3).bytes, 4);
    assert_true(store_delete(store, 3, "a"));
    assert_false(store_delete(store, 3, "a"));
    assert_false(store_get(store, 3, "a", &view));
    assert_int_equal(store->used, 0);
    free(store);
}

static void clients_do_not_see_each_other(void **state)
{
    struct store *store = new_store();
    struct store_view view;

    (void)state;
    assert_int_equal(put(store, 1, "key", 1), STORE_OK);
    assert_false(store_get(store, 2, "key", &view));
    assert_false(store_delete(store, 2, "key"));
    assert_false(store_next(store, 2, "", &view));
    assert_int_equal(store_usage(store, 2).revision, 0);
    free(store);
}

static void next_walks_in_order(void **state)
{
    static const char *const keys[] = {"b", "ab", "c", "a"}, *const sorted[] = {"a", "ab", "b",
                                                                                "c"};
    struct store *store = new_store();
    struct store_view view;
    char after[STORE_KEY_MAX + 1] = "";

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(put(store, 1, keys[i], i), STORE_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_true(store_next(store, 1, after, &view));
        snprintf(after, sizeof after, "%.*s", (int)view.key_length, view.key);
        assert_string_equal(after, sorted[i]);
    }
    assert_false(store_next(store, 1, after, &view));
    free(store);
}

static void refuses_bad_keys_and_values(void **state)
{
    struct store *store = new_store();
    char key[STORE_KEY_MAX + 2] = "";

    (void)state;
    assert_int_equal(put(store, 1, "", 1), STORE_BAD_KEY);
    memset(key, 'k', STORE_KEY_MAX);
    assert_int_equal(put(store, 1, key, 1), STORE_OK);
    key[STORE_KEY_MAX] = 'k';
    assert_int_equal(put(store, 1, key, 1), STORE_BAD_KEY);
    assert_int_equal(put(store, 1, "v", STORE_VALUE_MAX + 1), STORE_BAD_VALUE);
    free(store);
}

static void fill(struct store *store, uint64_t badge, size_t value_length, unsigned int entries)
{
    char key[16];

    for (unsigned int i = 0; i < entries; i++) {
        snprintf(key, sizeof key, "%u", i + 1000);
        assert_int_equal(put(store, badge, key, value_length), STORE_OK);
    }
}

static void a_client_ends_at_its_entries(void **state)
{
    struct store *store = new_store();

    (void)state;
    fill(store, 1, 0, QUOTA_ENTRIES);
    assert_int_equal(put(store, 1, "x", 0), STORE_OVER_QUOTA);
    assert_int_equal(put(store, 1, "1000", 9), STORE_OK);
    assert_int_equal(put(store, 2, "x", 0), STORE_OK);
    free(store);
}

static void a_client_ends_at_its_bytes(void **state)
{
    struct store *store = new_store();
    uint32_t size = 4 + STORE_VALUE_MAX, whole = QUOTA_BYTES / size;
    uint32_t rest = QUOTA_BYTES - whole * size;

    (void)state;
    fill(store, 1, STORE_VALUE_MAX, whole);
    assert_int_equal(put(store, 1, "x", rest), STORE_OVER_QUOTA);
    assert_int_equal(put(store, 1, "x", rest - 1), STORE_OK);
    assert_int_equal(store_usage(store, 1).bytes, QUOTA_BYTES);
    assert_int_equal(put(store, 1, "x", rest), STORE_OVER_QUOTA);
    assert_int_equal(put(store, 1, "x", rest - 1), STORE_OK);
    free(store);
}

static void the_store_ends_at_its_limits(void **state)
{
    struct store *store = new_store();

    (void)state;
    for (uint64_t badge = 1; badge <= STORE_ENTRIES / QUOTA_ENTRIES; badge++)
        fill(store, badge, 0, QUOTA_ENTRIES);
    assert_int_equal(put(store, 99, "x", 0), STORE_FULL);
    assert_int_equal(put(store, 1, "1000", 1), STORE_OK);
    store_start(store, store->quota);
    for (uint64_t badge = 1; badge <= STORE_CLIENTS; badge++)
        assert_int_equal(put(store, badge, "x", 0), STORE_OK);
    assert_int_equal(put(store, 99, "x", 0), STORE_FULL);
    free(store);
}

/* Badges of a process: each start of it is a client of its own. */
static void a_client_that_is_gone_returns_its_quota(void **state)
{
    struct store *store = new_store();
    struct store_view view;
    uint64_t first = sg_badge(5, 1), second = sg_badge(5, 2), other = sg_badge(6, 1);
    char key[8];

    (void)state;
    for (unsigned int i = 0; i < QUOTA_ENTRIES; i++) {
        snprintf(key, sizeof key, "k%u", i);
        assert_int_equal(put(store, first, key, i % 7), STORE_OK);
        if (i % 3 == 0)
            assert_int_equal(put(store, other, key, i % 5), STORE_OK);
    }
    assert_int_equal(put(store, first, "more", 1), STORE_OVER_QUOTA);
    assert_int_equal(put(store, second, "k0", 3), STORE_OK);
    uint32_t kept = store_usage(store, other).bytes + store_usage(store, second).bytes;

    sg_sessions_client_gone(&store->sessions, 5, 1);
    assert_false(store_get(store, first, "k0", &view));
    assert_int_equal(store_usage(store, first).entries, 0);
    assert_int_equal(store_usage(store, first).bytes, 0);
    assert_int_equal(store->used, kept);
    assert_int_equal(store_usage(store, second).entries, 1);
    assert_true(store_get(store, second, "k0", &view));
    for (unsigned int i = 0; i < QUOTA_ENTRIES; i += 3) {
        snprintf(key, sizeof key, "k%u", i);
        assert_true(store_get(store, other, key, &view));
    }
    sg_sessions_client_gone(&store->sessions, 5, 1); /* told twice */
    assert_int_equal(store->used, kept);
    sg_sessions_client_gone(&store->sessions, 5, 2);
    sg_sessions_client_gone(&store->sessions, 6, 7);
    assert_int_equal(store->used, 0);
    assert_int_equal(store->entries, 0);
    free(store);
}

#define MODEL_CLIENTS 3u
#define MODEL_KEYS 40u

static void random_operations_agree_with_a_model(void **state)
{
    struct store *store = new_store();
    static int length[MODEL_CLIENTS][MODEL_KEYS]; /* value length + 1, or 0 */
    uint64_t seed = 7;

    (void)state;
    for (unsigned int step = 0; step < 60000; step++) {
        char key[8];
        unsigned int drawn, client, number, size;
        struct store_view view;
        bool found;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        drawn = (unsigned int)(seed >> 33);
        client = drawn % MODEL_CLIENTS;
        number = drawn / 8 % MODEL_KEYS;
        size = drawn / 512 % (STORE_VALUE_MAX + 1);
        snprintf(key, sizeof key, "%u", number);
        if (drawn / 65536 % 4 == 0)
            assert_int_equal(store_delete(store, client, key), length[client][number] != 0);
        if (drawn / 65536 % 4 == 0)
            length[client][number] = 0;
        else if (put(store, client, key, size) == STORE_OK)
            length[client][number] = (int)size + 1;
        found = store_get(store, client, key, &view);
        assert_int_equal(found ? (int)view.value_length + 1 : 0, length[client][number]);
    }
    for (unsigned int client = 0; client < MODEL_CLIENTS; client++)
        for (unsigned int number = 0; number < MODEL_KEYS; number++) {
            char key[8];

            snprintf(key, sizeof key, "%u", number);
            store_delete(store, client, key);
        }
    assert_int_equal(store->used, 0);
    assert_int_equal(store->entries, 0);
    free(store);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_then_get),
        cmocka_unit_test(a_client_that_is_gone_returns_its_quota),
        cmocka_unit_test(clients_do_not_see_each_other),
        cmocka_unit_test(next_walks_in_order),
        cmocka_unit_test(refuses_bad_keys_and_values),
        cmocka_unit_test(a_client_ends_at_its_entries),
        cmocka_unit_test(a_client_ends_at_its_bytes),
        cmocka_unit_test(the_store_ends_at_its_limits),
        cmocka_unit_test(random_operations_agree_with_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
