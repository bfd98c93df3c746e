/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as init finds it, and the first call between two processes. */
#include "kernel_test.h"

#include <stdio.h>

static void boots_init(void **state)
{
    (void)state;
    expect_equal(fixture.info->magic, SG_BOOTINFO_MAGIC);
    expect_equal(fixture.info->abi_major, SG_ABI_MAJOR);
    expect_equal(fixture.info->module_count, 2);
    assert_string_equal(fixture.info->module[0].name, "init");
    assert_string_equal(fixture.info->module[1].name, "manifest");
    expect_equal(fixture.info->module[1].size_bytes, 13);
    expect_equal(fixture.info->cpu_count, 1);
    expect_equal(fixture.info->memory_mib, (FIXTURE_FRAMES - 256) / 256);
}

static void calls_and_replies(void **state)
{
    uint64_t endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct process server = fixture_process(0);
    struct process client = fixture_process(0);
    uint64_t at_server = fixture_give(&server, endpoint, SG_RIGHTS_ALL);
    uint64_t minted;

    (void)state;
    expect_equal(OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &minted, 42, SG_RIGHTS_ALL),
                 SG_OK);
    uint64_t at_client = fixture_give(&client, minted, SG_RIGHTS_ALL);
    expect_equal(user_invoke(server.tcb, &(struct operation){.opcode = SG_OP_RECV,
                                                             .handle = at_server,
                                                             .deadline_ns = SG_FOREVER}),
                 USER_PENDING);
    expect_equal(user_invoke(client.tcb, &(struct operation){.opcode = SG_OP_CALL,
                                                             .method = 7,
                                                             .length = 64,
                                                             .handle = at_client,
                                                             .deadline_ns = SG_FOREVER,
                                                             .word = {1, 2, 3, 4, 5, 6, 7, 8}}),
                 USER_PENDING);
    struct result call = user_result(server.tcb);
    expect_equal(call.status, 64);
    expect_equal(call.method, 7);
    expect_equal(call.value, 42);
    expect_equal(call.word[7], 8);
    assert_ptr_equal(cpus[0].current, server.tcb);
    expect_equal(user_invoke(server.tcb, &(struct operation){.opcode = SG_OP_REPLY,
                                                             .method = 9,
                                                             .length = 8,
                                                             .token = call.token,
                                                             .word = {77}}),
                 SG_OK);
    struct result answer = user_result(client.tcb);
    expect_equal(answer.status, 8);
    expect_equal(answer.method, 9);
    expect_equal(answer.word[0], 77);
}

/* What init finds where its boot information says. */
static void gives_init_the_machine(void **state)
{
    const struct sg_bootinfo *info = fixture.info;
    uint64_t value;

    (void)state;
    assert_memory_equal(host_user_pointer(0x401000, SG_MAP_READ | SG_MAP_WRITE), "data of the init",
                        16);
    assert_null(host_user_pointer(0x401000, SG_MAP_EXECUTE));
    assert_non_null(host_user_pointer(0x400100, SG_MAP_READ | SG_MAP_EXECUTE));
    assert_null(host_user_pointer(0x400100, SG_MAP_WRITE));
    assert_null(host_user_pointer((uint64_t)fixture.init->context.argument, SG_MAP_WRITE));
    assert_non_null(host_user_pointer(fixture.init->context.sp - 8, SG_MAP_READ | SG_MAP_WRITE));
    assert_null(host_user_pointer(fixture.init->context.sp, SG_MAP_READ));
    assert_ptr_equal(host_user_pointer(info->ring_address, SG_MAP_READ | SG_MAP_WRITE),
                     fixture.init->ring->queues.indices);
    expect_equal(info->ring_submissions, fixture.init->ring->queues.submission_count);
    expect_equal(OBJECT(fixture.init, sg_handle_word(info->module[1].memory), SG_INFO, &value,
                        SG_INFO_RIGHTS),
                 SG_OK);
    expect_equal(value & 7, SG_BIT(SG_MEMORY_READ));
    uint32_t module = fixture_object(fixture.init, sg_handle_word(info->module[1].memory));
    assert_memory_equal(arch_frame_pointer(module + 1), "the manifest.\0\0\0", 16);
    for (uint32_t i = 0; i < info->untyped_count; i++) {
        expect_equal(OBJECT(fixture.init, sg_handle_word(info->untyped[i].handle), SG_INFO, &value,
                            SG_INFO_FRAMES),
                     SG_OK);
        expect_equal(value, info->untyped[i].frame_count);
        expect_equal(
            OBJECT(fixture.init, sg_handle_word(info->untyped[i].handle), SG_DESTROY, NULL, 0),
            SG_DENIED);
    }
}

/* Init's own parts cannot be destroyed, and its end is the system's. */
static void init_is_the_system(void **state)
{
    const struct sg_handle part[] = {fixture.info->cspace, fixture.info->aspace,
                                     fixture.info->thread, fixture.info->ring, fixture.info->sched};

    (void)state;
    for (uint32_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
        expect_equal(OBJECT(fixture.init, sg_handle_word(part[i]), SG_DESTROY, NULL, 0), SG_DENIED);
}

static jmp_buf after_panic;

static void note_panic(const char *text)
{
    (void)text;
    longjmp(after_panic, 1);
}

/* Boots a machine that cannot be booted; the reason must begin with a text. */
static void expect_panic(const char *beginning)
{
    host.fail = note_panic;
    if (setjmp(after_panic) == 0) {
        fixture_boot();
        host.fail = kernel_test_fail;
        host_failed("expected a panic with \"%s\"", beginning);
    }
    host.fail = kernel_test_fail;
    assert_non_null(host.panic_cause);
    assert_memory_equal(host.panic_cause, beginning, strlen(beginning));
    host.has_failed = false;
    machine.frames.table = NULL; /* nothing to look over */
    fixture_finish();
}

static uint8_t *init_note(void)
{
    return host_memory + fixture.from.module[0].bytes.start + FIXTURE_NOTE;
}

static void refuses_versions(void)
{
    char beginning[96];

    fixture_describe(FIXTURE_FRAMES);
    init_note()[20]++;
    snprintf(beginning, sizeof(beginning),
             "boot: module init: found ABI version %u.%u, expected %u.%u", SG_ABI_MAJOR + 1,
             SG_ABI_MINOR, SG_ABI_MAJOR, SG_ABI_MINOR);
    expect_panic(beginning);
    fixture_describe(FIXTURE_FRAMES);
    init_note()[23] = 0xff;
    snprintf(beginning, sizeof(beginning), "boot: module init: found ABI version %u.%u, expected",
             SG_ABI_MAJOR, 0xff00 + SG_ABI_MINOR);
    expect_panic(beginning);
    fixture_describe(FIXTURE_FRAMES);
    init_note()[12] = 's';
    expect_panic("boot: module init: found no ABI note");
}

/* More pages than 32 bits can count: 2^32 + 1 of them are not one. */
static void refuses_a_huge_segment(void)
{
    uint64_t size = (UINT64_C(1) << 44) + 100;

    fixture_describe(FIXTURE_FRAMES);
    memcpy(host_memory + fixture.from.module[0].bytes.start + FIXTURE_DATA_SIZE, &size,
           sizeof(size));
    expect_panic("boot: an object of init has bad parameters");
}

static void refuses_machines(void **state)
{
    (void)state;
    host.fail = kernel_test_fail;
    fixture_describe(FIXTURE_FRAMES);
    fixture.from.module_count = 0;
    expect_panic("boot: modules: found none");
    fixture_describe(2300);
    expect_panic("boot: memory: too little");
    fixture_describe(FIXTURE_FRAMES);
    memset(host_memory + fixture.from.module[0].bytes.start, 'x', 64);
    expect_panic("boot: module init: not an executable");
    refuses_versions();
    refuses_a_huge_segment();
    /* The last words of init. */
    fixture_describe(FIXTURE_FRAMES);
    fixture_boot();
    host.fail = note_panic;
    if (setjmp(after_panic) == 0)
        (void)OBJECT(fixture.init, 0, SG_THREAD_EXIT, NULL, 3);
    host.fail = kernel_test_fail;
    assert_string_equal(host.panic_cause, "init exited");
    machine.frames.table = NULL;
    fixture_finish();
    fixture_describe(FIXTURE_FRAMES); /* and once more all is well */
    fixture_boot();
    fixture_finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(boots_init),
        KERNEL_TEST(calls_and_replies),
        KERNEL_TEST(gives_init_the_machine),
        KERNEL_TEST(init_is_the_system),
        cmocka_unit_test(refuses_machines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
