/* SPDX-License-Identifier: BSD-2-Clause */
/* The sealed form, which only tools write: what init must refuse even when the signature is
   right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pb_encode.h>

#include "check.h"
#include "lookup.h"
#include "order.h"

static struct manifest manifest;
static struct manifest_findings findings;

/* A sealed manifest with one server and one client, and nothing wrong. */
static int setup(void **state)
{
    (void)state;
    memset(&manifest, 0, sizeof manifest);
    manifest.version = MANIFEST_VERSION;
    manifest.machine.memory_mib = 64;
    manifest.module_count = 1;
    manifest.module[0] = (signet_manifest_v1_Module){.name = "kv.elf", .size_bytes = 1000};
    manifest.interface_count = 1;
    manifest.interface[0] = (signet_manifest_v1_Interface){
        .name = "test.Kv", .method_count = 2, .method = {{"Put", 0}, {"Get", 1}}};
    manifest.process_count = 2;
    manifest.process[0] = (signet_manifest_v1_Process){.name = "user",
                                                       .module = "kv.elf",
                                                       .memory_kib = 512,
                                                       .need_count = 1,
                                                       .need = {{"kv", "kv.kv", 3}}};
    manifest.process[1] = (signet_manifest_v1_Process){.name = "kv",
                                                       .module = "kv.elf",
                                                       .memory_kib = 512,
                                                       .provide_count = 1,
                                                       .provide = {{"kv", "test.Kv"}}};
    return 0;
}

static void expect_finding(const char *path, const char *found)
{
    manifest_check(&manifest, MANIFEST_SEALED, &findings);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.finding[0].path, path);
    assert_string_equal(findings.finding[0].found, found);
}

static void accepts_what_is_right(void **state)
{
    (void)state;
    manifest_check(&manifest, MANIFEST_SEALED, &findings);
    assert_int_equal(findings.count, 0);
}

static void refuses_a_process_without_its_module(void **state)
{
    (void)state;
    strcpy(manifest.process[0].module, "other.elf");
    expect_finding("process[0].module", "module \"other.elf\"");
}

static void refuses_a_module_twice(void **state)
{
    (void)state;
    manifest.module[manifest.module_count++] = manifest.module[0];
    expect_finding("module[1].name", "\"kv.elf\" again");
}

static void refuses_a_module_of_no_size(void **state)
{
    (void)state;
    manifest.module[0].size_bytes = 0;
    expect_finding("module[0].size_bytes", "size 0");
}

static void refuses_rights_outside_the_interface(void **state)
{
    (void)state;
    manifest.process[0].need[0].rights = 7;
    expect_finding("process[0].need[0].methods", "rights 0x7 on test.Kv");
}

static void refuses_generic_rights(void **state)
{
    (void)state;
    manifest.process[0].need[0].rights = UINT64_C(1) << 59 | 1;
    expect_finding("process[0].need[0].methods", "rights 0x800000000000001 on test.Kv");
}

static void refuses_no_rights(void **state)
{
    (void)state;
    manifest.process[0].need[0].rights = 0;
    expect_finding("process[0].need[0].methods", "no method");
}

static void refuses_a_log_level_there_is_none_of(void **state)
{
    (void)state;
    manifest.process[0].has_log_level = true;
    manifest.process[0].log_level = (signet_manifest_v1_Process_LogLevel)4;
    expect_finding("process[0].log_level", "log_level 4");
}

static void counts_more_findings_than_it_keeps(void **state)
{
    (void)state;
    manifest.process[0].need_count = 24;
    for (uint32_t i = 0; i < 24; i++)
        manifest.process[0].need[i] = (signet_manifest_v1_Need){"BAD", "nobody", 1};
    manifest_check(&manifest, MANIFEST_SEALED, &findings);
    assert_true(findings.count > MANIFEST_FINDINGS_MAX);
}

static void starts_providers_first(void **state)
{
    struct manifest_order order;
    (void)state;
    manifest_start_order(&manifest, &order);
    assert_int_equal(order.count, 2);
    assert_int_equal(order.process[0], 1);
    assert_int_equal(order.process[1], 0);
}

static void keeps_the_written_order_where_it_may(void **state)
{
    struct manifest_order order;
    (void)state;
    manifest.process[0].need_count = 0;
    manifest_start_order(&manifest, &order);
    assert_int_equal(order.process[0], 0);
    assert_int_equal(order.process[1], 1);
}

static void leaves_a_cycle_out_of_the_order(void **state)
{
    struct manifest_order order;
    (void)state;
    manifest.process[1].after_count = 1;
    strcpy(manifest.process[1].after[0], "user");
    manifest_start_order(&manifest, &order);
    assert_int_equal(order.count, 0);
}

static void names_methods_by_number(void **state)
{
    (void)state;
    assert_string_equal(manifest_method_name(&manifest.interface[0], 1), "Get");
    assert_string_equal(manifest_method_name(&manifest.interface[0], MANIFEST_DESCRIBE),
                        "DESCRIBE");
    assert_null(manifest_method_name(&manifest.interface[0], 2));
}

/* Field 3 of the manifest, a process, `count` times. */
static size_t encode_processes(uint8_t *bytes, size_t size, uint32_t count)
{
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, size);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(pb_encode_tag(&stream, PB_WT_STRING, signet_manifest_v1_Manifest_process_tag));
        assert_true(pb_encode_submessage(&stream, signet_manifest_v1_Process_fields,
                                         &manifest.process[i % 2]));
    }
    return stream.bytes_written;
}

static void decodes_as_many_processes_as_it_holds(void **state)
{
    static struct manifest decoded;
    static uint8_t bytes[1u << 16];
    (void)state;
    size_t size = encode_processes(bytes, sizeof bytes, MANIFEST_PROCESSES_MAX);
    assert_true(manifest_decode(bytes, size, &decoded));
    assert_int_equal(decoded.process_count, MANIFEST_PROCESSES_MAX);
    assert_string_equal(decoded.process[1].provide[0].interface, "test.Kv");
    size = encode_processes(bytes, sizeof bytes, MANIFEST_PROCESSES_MAX + 1);
    assert_false(manifest_decode(bytes, size, &decoded));
}

static void refuses_every_truncation_and_survives_every_flip(void **state)
{
    static struct manifest decoded;
    static uint8_t bytes[4096];
    (void)state;
    size_t size = encode_processes(bytes, sizeof bytes, 2);
    size_t first = 0;
    for (size_t cut = 0; cut < size; cut++)
        first += manifest_decode(bytes, cut, &decoded);
    assert_int_equal(first, 2); /* nothing at all, and the first process alone */
    for (size_t i = 0; i < size * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        if (manifest_decode(bytes, size, &decoded))
            manifest_check(&decoded, MANIFEST_SEALED, &findings);
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(accepts_what_is_right, setup),
        cmocka_unit_test_setup(refuses_a_process_without_its_module, setup),
        cmocka_unit_test_setup(refuses_a_module_twice, setup),
        cmocka_unit_test_setup(refuses_a_module_of_no_size, setup),
        cmocka_unit_test_setup(refuses_rights_outside_the_interface, setup),
        cmocka_unit_test_setup(refuses_generic_rights, setup),
        cmocka_unit_test_setup(refuses_no_rights, setup),
        cmocka_unit_test_setup(refuses_a_log_level_there_is_none_of, setup),
        cmocka_unit_test_setup(counts_more_findings_than_it_keeps, setup),
        cmocka_unit_test_setup(starts_providers_first, setup),
        cmocka_unit_test_setup(keeps_the_written_order_where_it_may, setup),
        cmocka_unit_test_setup(leaves_a_cycle_out_of_the_order, setup),
        cmocka_unit_test_setup(names_methods_by_number, setup),
        cmocka_unit_test_setup(decodes_as_many_processes_as_it_holds, setup),
        cmocka_unit_test_setup(refuses_every_truncation_and_survives_every_flip, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
