/* SPDX-License-Identifier: BSD-2-Clause */
/* What each wrapper puts into the registers, and what the start-up library answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "signet/object.h"
#include "start/process.h"

#define TARGET ((struct sg_handle){7, 3})
#define OTHER ((struct sg_handle){9, 4})

static struct sg_registers seen;
static int32_t result;
static uint32_t again_count; /* times it says SG_AGAIN first */
static uint64_t value;
static uint32_t call_count;

static void answer(struct sg_registers *registers)
{
    seen = *registers;
    call_count++;
    registers->handle = value;
    sg_registers_return(registers, again_count > 0 ? SG_AGAIN : result, 0, 0);
    again_count -= again_count > 0;
}

static int setup(void **state)
{
    (void)state;
    fake_begin(0);
    fake_kernel.invoke = answer;
    result = 0;
    again_count = 0;
    value = sg_handle_word(OTHER);
    call_count = 0;
    return 0;
}

static void operation(uint32_t opcode, uint32_t method)
{
    assert_int_equal(seen.operation, opcode | sg_until(seen.deadline_ns) << 8 | method << 16);
    assert_int_equal(seen.token, 0);
}

static void handles_come_back_in_word_form(void **state)
{
    const uint64_t parameter[3] = {11, 12, 13};
    struct sg_handle made = SG_HANDLE_NONE;

    (void)state;
    assert_int_equal(sg_untyped_create(TARGET, SG_TYPE_RING, 5, parameter, &made), SG_OK);
    operation(SG_OP_CALL, SG_UNTYPED_CREATE);
    assert_int_equal(seen.handle, UINT64_C(3) << 32 | 7);
    const uint64_t expected[5] = {SG_TYPE_RING, 5, 11, 12, 13};
    assert_memory_equal(seen.word, expected, sizeof expected);
    assert_int_equal(made.index, 9);
    assert_int_equal(made.generation, 4);
}

static void results_are_written_on_success_only(void **state)
{
    struct sg_handle made = SG_HANDLE_NONE;
    uint64_t fact = 77;

    (void)state;
    result = SG_DENIED;
    assert_int_equal(sg_copy(TARGET, 1, SG_HANDLE_NONE, &made), SG_DENIED);
    assert_true(sg_handle_is_none(made));
    assert_int_equal(sg_info(TARGET, SG_INFO_TYPE, &fact), SG_DENIED);
    assert_int_equal(fact, 77);
}

static void bounded_steps_are_resumed(void **state)
{
    (void)state;
    again_count = 5;
    assert_int_equal(sg_destroy(TARGET), SG_OK);
    assert_int_equal(call_count, 6);
    operation(SG_OP_CALL, SG_DESTROY);
}

static void grants_in_steps(void **state)
{
    (void)state;
    value = SG_GRANT_MAX;
    assert_int_equal(sg_untyped_grant(TARGET, OTHER, 3 * SG_GRANT_MAX), SG_OK);
    assert_int_equal(call_count, 3);
    value = 0;
    assert_int_equal(sg_untyped_grant(TARGET, OTHER, 1), SG_NO_FRAMES);
}

static void waits_pass_their_deadline_on(void **state)
{
    uint64_t count;

    (void)state;
    assert_int_equal(sg_irq_wait(TARGET, 0, &count), SG_OK);
    assert_int_equal(seen.deadline_ns, 0);
    assert_int_equal(sg_notification_wait(TARGET, 5, &count), SG_OK);
    assert_int_equal(seen.deadline_ns, 5);
    assert_int_equal(sg_futex_wait(TARGET, 64, 1, 9), SG_OK);
    operation(SG_OP_WAIT, SG_MEMORY_WAIT);
    assert_int_equal(seen.deadline_ns, 9);
    assert_int_equal(sg_irq_ack(TARGET), SG_OK);
    assert_int_equal(seen.deadline_ns, SG_FOREVER);
}

static void maps_pack_their_pages(void **state)
{
    uint32_t region;

    (void)state;
    value = 6;
    assert_int_equal(sg_aspace_map(TARGET, OTHER, 0x400000, 2, 3, SG_MAP_READ, &region), SG_OK);
    assert_int_equal(seen.word[2], UINT64_C(3) << 32 | 2);
    assert_int_equal(region, 6);
}

static void statuses_have_names(void **state)
{
    (void)state;
    assert_string_equal(sg_status_name(SG_OK), "SG_OK");
    assert_string_equal(sg_status_name(SG_PEER_GONE), "SG_PEER_GONE");
    assert_string_equal(sg_status_name(SG_STATUS_LAST), "SG_STOPPED");
    assert_string_equal(sg_status_name(1), "SG_UNKNOWN");
    assert_string_equal(sg_status_name(SG_STATUS_LAST - 1), "SG_UNKNOWN");
}

static void names_are_those_of_the_block(void **state)
{
    (void)state;
    strcpy(fake_startup.capability[0].name, "log");
    fake_startup.capability[0].handle = TARGET;
    /* As long as a name may be, without the zero: never read past its array. */
    memset(fake_startup.capability[1].name, 'x', SG_NAME_MAX);
    fake_startup.capability[1].handle = OTHER;
    strcpy(fake_startup.capability[2].name, "later");
    fake_startup.capability_count = 2;
    strcpy(fake_startup.service[0].name, "kv");
    fake_startup.service[0].endpoint = OTHER;
    fake_startup.service_count = 1;
    strcpy(fake_startup.argument[0].key, "colour");
    strcpy(fake_startup.argument[0].value, "blue");
    fake_startup.argument_count = 1;
    assert_int_equal(sg_capability("log").index, TARGET.index);
    assert_true(sg_handle_is_none(sg_capability("lo")));
    assert_true(sg_handle_is_none(sg_capability("later")));
    assert_true(sg_handle_is_none(sg_provided("log")));
    assert_int_equal(sg_provided("kv").index, OTHER.index);
    assert_string_equal(sg_argument("colour"), "blue");
    assert_null(sg_argument("size"));
}

static void strange_blocks_are_refused(void **state)
{
    static struct sg_startup block;

    (void)state;
    assert_int_equal(process_begin(NULL), PROCESS_EXIT_BAD_BLOCK);
    block = fake_startup;
    block.magic++;
    assert_int_equal(process_begin(&block), PROCESS_EXIT_BAD_BLOCK);
    block = fake_startup;
    block.abi_major++;
    assert_int_equal(process_begin(&block), PROCESS_EXIT_BAD_ABI);
    block = fake_startup;
    block.ring_completions = 3;
    assert_int_equal(process_begin(&block), PROCESS_EXIT_BAD_RING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(handles_come_back_in_word_form, setup),
        cmocka_unit_test_setup(results_are_written_on_success_only, setup),
        cmocka_unit_test_setup(bounded_steps_are_resumed, setup),
        cmocka_unit_test_setup(grants_in_steps, setup),
        cmocka_unit_test_setup(waits_pass_their_deadline_on, setup),
        cmocka_unit_test_setup(maps_pack_their_pages, setup),
        cmocka_unit_test_setup(statuses_have_names, setup),
        cmocka_unit_test_setup(names_are_those_of_the_block, setup),
        cmocka_unit_test_setup(strange_blocks_are_refused, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
