/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/message.h"

#define ARENA 8192u

static void test_ranges(void **state)
{
    (void)state;
    assert_true(range_fits(0, ARENA, ARENA));
    assert_true(range_fits(ARENA, 0, ARENA));
    assert_false(range_fits(ARENA + 1, 0, ARENA));
    assert_false(range_fits(1, ARENA, ARENA));
    assert_false(range_fits(UINT32_MAX, 2, ARENA));
    assert_false(range_fits(2, UINT32_MAX, ARENA));
}

static void test_each_field_is_checked(void **state)
{
    static const struct {
        struct sg_message message;
        enum sg_status expected;
    } rows[] = {
        {{.send_length = 0}, SG_OK},
        {{.send_length = SG_MESSAGE_MAX, .receive_offset = 4096, .receive_length = 4096}, SG_OK},
        {{.send_length = SG_MESSAGE_MAX + 1}, SG_TOO_BIG},
        {{.receive_length = SG_MESSAGE_MAX + 1}, SG_TOO_BIG},
        {{.caps_count = SG_MESSAGE_CAPS_MAX + 1}, SG_TOO_BIG},
        {{.receive_caps_count = UINT32_MAX}, SG_TOO_BIG},
        {{.send_offset = ARENA, .send_length = 1}, SG_BAD_ARGUMENT},
        {{.receive_offset = UINT32_MAX, .receive_length = 1}, SG_BAD_ARGUMENT},
        {{.caps_offset = ARENA - 16, .caps_count = 1}, SG_BAD_ARGUMENT},
        {{.caps_offset = ARENA - 24, .caps_count = 1}, SG_OK},
        {{.caps_offset = 4, .caps_count = 1}, SG_BAD_ARGUMENT},
        {{.receive_caps_offset = ARENA - 8, .receive_caps_count = 2}, SG_BAD_ARGUMENT},
        {{.receive_caps_offset = 7}, SG_BAD_ARGUMENT},
        {{.reserved = 1}, SG_BAD_ARGUMENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(message_check(&rows[i].message, ARENA), rows[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_each_field_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
