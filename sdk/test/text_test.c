/* SPDX-License-Identifier: BSD-2-Clause */
/* Message text to bytes and back, by the schema of everything.textproto; then damaged descriptors,
   texts and messages, of which none may do harm. */

#include "signet/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAMAGES 40000u

static uint8_t descriptor[4096];
static size_t descriptor_length;
static struct sg_schema schema;

static struct {
    char text[65536];
    size_t length;
} shown;

static void write_shown(void *self, const char *bytes, size_t count)
{
    (void)self;
    assert_true(shown.length + count < sizeof shown.text);
    memcpy(shown.text + shown.length, bytes, count);
    shown.length += count;
    shown.text[shown.length] = 0;
}

static bool show(uint16_t message, const uint8_t *bytes, size_t length)
{
    struct sg_text_output to = {&schema, write_shown, NULL};

    shown.length = 0;
    shown.text[0] = 0;
    return sg_text_show(&to, message, bytes, length);
}

static int read_descriptor(void **state)
{
    FILE *file = fopen(SIGNET_TEST_DESCRIPTOR, "rb");

    (void)state;
    assert_non_null(file);
    descriptor_length = fread(descriptor, 1, sizeof descriptor, file);
    fclose(file);
    return 0;
}

static void the_descriptor_becomes_a_schema(void **state)
{
    int32_t number = 0;

    (void)state;
    assert_true(sg_schema_read(&schema, descriptor, descriptor_length));
    assert_string_equal(schema.name, "signet.test.v1.Everything");
    assert_int_equal(sg_schema_find_method(&schema, "wALK")->number, 7);
    assert_null(sg_schema_find_method(&schema, "Wal"));
    assert_int_equal(sg_schema_find_method(&schema, "put")->number, 0);
    assert_int_equal(sg_schema_find_field(&schema, 0, "zigzag")->number, 6);
    assert_null(sg_schema_find_field(&schema, 1, "zigzag"));
    assert_string_equal(sg_schema_value_name(&schema, 0, -1), "COLD");
    assert_null(sg_schema_value_name(&schema, 0, 5));
    assert_true(sg_schema_value_number(&schema, 0, "GREEN", &number));
    assert_int_equal(number, 1);
}

/* Each text must become these bytes of message 0. */
static void texts_become_bytes(void **state)
{
    static const struct {
        const char *text, *bytes;
        size_t length;
    } table[] = {
        {"", "", 0},
        {"{}", "", 0},
        {"key: \"a\" value: 'b'",
         "\x0a\x01"
         "a\x12\x01"
         "b",
         6},
        {"{ key: \"a\", }",
         "\x0a\x01"
         "a",
         3},
        {"value: \"\\x00\\377\\n\\\\\"", "\x12\x04\x00\xff\n\\", 6},
        {"count: 300 big: 0x10", "\x18\xac\x02\x20\x10", 5},
        {"big: 18446744073709551615", "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
        {"signed: -1", "\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
        {"zigzag: -2", "\x30\x03", 2},
        {"fixed: 1; fixed_wide: 2", "\x3d\x01\x00\x00\x00\x41\x02\x00\x00\x00\x00\x00\x00\x00", 14},
        {"ratio: -1.5e0", "\x49\x00\x00\x00\x00\x00\x00\xf8\xbf", 9},
        {"flag: true color: GREEN", "\x50\x01\x58\x01", 4},
        {"color: 1", "\x58\x01", 2},
        {"tag: [1, 2] tag: 3", "\x60\x01\x60\x02\x60\x03", 6},
        {"tag: []", "", 0},
        {"row { name: 'x' } row: <>", "\x6a\x03\x0a\x01x\x6a\x00", 7},
        {"nested { deeper { name: \"y\" } }", "\x72\x05\x12\x03\x0a\x01y", 7},
        {"signed_fixed: -1 half: 1", "\x7d\xff\xff\xff\xff\x85\x01\x00\x00\x80\x3f", 11},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sg_text_encoded result;
        uint8_t bytes[64];

        if (!sg_text_encode(&schema, 0, table[i].text, bytes, sizeof bytes, &result))
            fail_msg("%s: %s", table[i].text, result.error);
        assert_int_equal(result.length, table[i].length);
        assert_memory_equal(bytes, table[i].bytes, table[i].length);
    }
}

static void wrong_texts_are_refused_by_name(void **state)
{
    static const struct {
        const char *text, *error;
    } table[] = {
        {"kye: 1", "PutRequest: found 'kye', expected key, value, count, big, signed, zigzag"},
        {"key \"a\"", "key: found a string of 1 bytes, expected ':'"},
        {"key: a", "key: found 'a', expected a quoted string"},
        {"key: \"123456789\"", "key: found a string of 9 bytes, expected at most 8"},
        {"key: \"a\\x00\"", "key: found a string of 2 bytes, expected a string without a zero"},
        {"key: \"a\" key: \"b\"", "key: found a string of 1 bytes, expected this field once"},
        {"key: \"a", "key: found a string without its closing quote, expected a quoted string"},
        {"key: \"\\q\"", "key: found a string with an unknown escape, expected a quoted string"},
        {"count: 4294967296", "count: found '4294967296', expected a number from 0 to 4294967295"},
        {"count: -1", "count: found '-1', expected a number from 0"},
        {"count: 12x", "count: found '12x', expected a number from 0"},
        {"count:", "count: found the end, expected a number from 0"},
        {"signed: 2147483648", "signed: found '2147483648', expected a number from -2147483648"},
        {"flag: maybe", "flag: found 'maybe', expected true or false"},
        {"color: BLUE", "color: found 'BLUE', expected the name of a value"},
        {"tag: [1, 2, 3, 4]", "tag: found '4', expected no further element"},
        {"tag: [1 2]", "tag: found '2', expected ',' or ']'"},
        {"nested: 5", "nested: found '5', expected '{'"},
        {"nested {", "Row: found the end, expected '}'"},
        {"nested { name: 'x' ]", "Row: found ']', expected name, deeper"},
        {"{ key: \"a\"", "PutRequest: found the end, expected '}'"},
        {"{} 1", "PutRequest: found '1', expected the end"},
        {"$", "PutRequest: found '$', expected key"},
        {"\x7f", "PutRequest: found byte 0x7f, expected key"},
        {"value: \"0123456789abcdef\" key: \"12345678\" fixed_wide: 1 ratio: 2 row{} row{}",
         "PutRequest: found more than 40 bytes"},
        {"nested{deeper{deeper{deeper{deeper{deeper{deeper{deeper{deeper{}}}}}}}}}",
         "deeper: found '}', expected no deeper message"},
        {"granted {}", "granted: found '{', expected no capability: text cannot hold one"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct sg_text_encoded result;
        uint8_t bytes[40];

        assert_false(sg_text_encode(&schema, 0, table[i].text, bytes, sizeof bytes, &result));
        result.error[strlen(result.error) < strlen(table[i].error) ? strlen(result.error)
                                                                   : strlen(table[i].error)] = 0;
        assert_string_equal(result.error, table[i].error);
    }
}

static void bytes_become_text(void **state)
{
    static const char text[] =
        "value: \"\\x01\\xffz\\\"\" count: 7 signed: -5 zigzag: -6 half: 0.5 "
        "color: COLD tag: [4, 5] row { name: \"\xc3\xa9\\n\" } ratio: 2.25";
    struct sg_text_encoded result;
    uint8_t bytes[128];

    (void)state;
    assert_true(sg_text_encode(&schema, 0, text, bytes, sizeof bytes, &result));
    assert_true(show(0, bytes, result.length));
    assert_string_equal(shown.text,
                        "key: \"\"\nvalue: \"\\001\\377z\\\"\"\ncount: 7\nbig: 0\n"
                        "signed: -5\nzigzag: -6\nfixed: 0\nfixed_wide: 0\nratio: 2.25\n"
                        "flag: false\ncolor: COLD\ntag: 4\ntag: 5\n"
                        "row {\n  name: \"\xc3\xa9\\n\"\n}\nsigned_fixed: 0\nhalf: 0.5\n");
}

static void a_capability_is_shown_by_its_type(void **state)
{
    static const uint8_t bytes[] = {0x8a, 1, 0};

    (void)state;
    assert_true(show(0, bytes, sizeof bytes));
    assert_non_null(strstr(shown.text, "\nhalf: 0\ngranted: Memory\n"));
}

static void packed_numbers_and_unknown_fields_are_read(void **state)
{
    static const uint8_t bytes[] = {0x62, 3, 1, 0xac, 2, 0xf8, 7, 1};

    (void)state;
    assert_true(show(0, bytes, sizeof bytes));
    assert_non_null(strstr(shown.text, "\ntag: 1\ntag: 300\n"));
}

static void wrong_bytes_are_refused(void **state)
{
    static const struct {
        uint8_t bytes[8];
        size_t length;
    } table[] = {
        {{0x0a, 5, 'a'}, 3},           /* a string past the end */
        {{0x08, 1}, 2},                /* a number where a string belongs */
        {{0x18}, 1},                   /* a tag without its value */
        {{0x3d, 1, 2}, 3},             /* half a fixed number */
        {{0x1b, 0x1c}, 2},             /* a group */
        {{0x6a, 2, 0x0a, 9}, 4},       /* a nested string past the end */
        {{0x62, 2, 0x80, 0x80}, 4},    /* a packed number without its end */
        {{0xff, 0xff, 0xff, 0xff}, 4}, /* a tag without its end */
        {{0x5a, 1, 1}, 3},             /* a string where a single number belongs */
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_false(show(0, table[i].bytes, table[i].length));
}

static void an_enum_is_found_in_a_reply(void **state)
{
    static const uint8_t bytes[] = {0x12, 0, 0x08, 1};
    const struct sg_schema_field *field = sg_schema_find_field(&schema, 1, "result");
    int32_t number = 9;

    (void)state;
    assert_true(sg_text_enum(field, bytes, sizeof bytes, &number));
    assert_int_equal(number, 1);
    assert_true(sg_text_enum(field, bytes, 2, &number));
    assert_int_equal(number, 0);
    assert_false(sg_text_enum(field, bytes, 1, &number));
}

static uint64_t seed = 11;

static unsigned int draw(unsigned int bound)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned int)(seed >> 33) % bound;
}

static void damage(uint8_t *bytes, size_t length)
{
    for (unsigned int i = draw(4) + 1; i > 0; i--)
        bytes[draw((unsigned int)length)] = (uint8_t)draw(256);
}

static void damaged_descriptors_do_no_harm(void **state)
{
    static const char text[] = "key: 'a' nested { deeper { name: 'b' } } color: GREEN tag: [1]";
    uint8_t bytes[sizeof descriptor], message[128];
    struct sg_text_encoded result;

    (void)state;
    for (unsigned int i = 0; i < DAMAGES; i++) {
        memcpy(bytes, descriptor, descriptor_length);
        damage(bytes, descriptor_length);
        if (!sg_schema_read(&schema, bytes, descriptor_length - draw(3)) || schema.messages == 0)
            continue;
        if (sg_text_encode(&schema, 0, text, message, sizeof message, &result))
            (void)show(0, message, result.length);
    }
    assert_true(sg_schema_read(&schema, descriptor, descriptor_length));
}

static void damaged_texts_and_messages_do_no_harm(void **state)
{
    static const char text[] =
        "key: \"a\\x41\" value: 'bc' count: 300 tag: [1, 2] color: GREEN row "
        "{ name: \"x\" } row <deeper {}> ratio: 1.5e-3 big: 0x1f; flag: true";
    char damaged[sizeof text];
    uint8_t bytes[256];
    struct sg_text_encoded result;

    (void)state;
    for (unsigned int i = 0; i < DAMAGES; i++) {
        memcpy(damaged, text, sizeof text);
        damage((uint8_t *)damaged, sizeof text - 1);
        (void)sg_text_encode(&schema, 0, damaged, bytes, sizeof bytes, &result);
        assert_true(sg_text_encode(&schema, 0, text, bytes, sizeof bytes, &result));
        damage(bytes, result.length);
        (void)show(0, bytes, result.length);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_descriptor_becomes_a_schema),
        cmocka_unit_test(texts_become_bytes),
        cmocka_unit_test(wrong_texts_are_refused_by_name),
        cmocka_unit_test(bytes_become_text),
        cmocka_unit_test(a_capability_is_shown_by_its_type),
        cmocka_unit_test(packed_numbers_and_unknown_fields_are_read),
        cmocka_unit_test(wrong_bytes_are_refused),
        cmocka_unit_test(an_enum_is_found_in_a_reply),
        cmocka_unit_test(damaged_descriptors_do_no_harm),
        cmocka_unit_test(damaged_texts_and_messages_do_no_harm),
    };

    return cmocka_run_group_tests(tests, read_descriptor, NULL);
}
