/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables as firmware writes them, then cut at every length and with every byte changed. */
#include "boot/test/unit.h"

#include "boot/acpi.h"

static void fix_checksum(uint8_t *table, uint32_t length, uint32_t at)
{
    uint8_t sum = 0;

    table[at] = 0;
    for (uint32_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + table[i]);
    table[at] = (uint8_t)(256 - sum);
}

static void build_root(uint8_t root[36])
{
    memset(root, 0, 36);
    memcpy(root, "RSD PTR ", 8);
    root[15] = 2;
    put_u32(root + 16, 0x7000);
    put_u32(root + 20, 36);
    put_u64(root + 24, 0x8000);
    fix_checksum(root, 20, 8);
    fix_checksum(root, 36, 32);
}

static void test_reads_the_root(void **state)
{
    struct acpi_root root;
    uint8_t bytes[36];

    (void)state;
    build_root(bytes);
    assert_int_equal(acpi_read_root(bytes, 36, &root), SG_OK);
    assert_int_equal(root.address, 0x8000);
    assert_int_equal(root.entry_bytes, 8);
    assert_int_equal(acpi_read_root(bytes, 20, &root), SG_OK);
    assert_int_equal(root.address, 0x7000);
    assert_int_equal(root.entry_bytes, 4);
    assert_int_equal(acpi_read_root(bytes, 19, &root), SG_BAD_ARGUMENT);
    assert_int_equal(acpi_read_root(bytes, 0, &root), SG_BAD_ARGUMENT);
    bytes[16]++;
    assert_int_equal(acpi_read_root(bytes, 36, &root), SG_BAD_ARGUMENT);
}

static void test_reads_a_header(void **state)
{
    uint8_t header[ACPI_HEADER_BYTES] = "APIC";
    uint32_t length;

    (void)state;
    put_u32(header + 4, 100);
    assert_int_equal(acpi_table_length(header, "APIC", &length), SG_OK);
    assert_int_equal(length, 100);
    assert_int_equal(acpi_table_length(header, "FACP", &length), SG_BAD_ARGUMENT);
    put_u32(header + 4, 35);
    assert_int_equal(acpi_table_length(header, "APIC", &length), SG_BAD_ARGUMENT);
    put_u32(header + 4, UINT32_MAX);
    assert_int_equal(acpi_table_length(header, "APIC", &length), SG_TOO_BIG);
}

#define MADT_BYTES (44 + 8 + 8 + 16 + 12 + 10 + 10 + 12)

static void build_madt(uint8_t madt[MADT_BYTES])
{
    static const uint8_t entries[MADT_BYTES - 44] = {
        0, 8,  0, 7, 1,    0, 0,    0,                               /* CPU 7, enabled */
        0, 8,  1, 8, 0,    0, 0,    0,                               /* CPU 8, disabled */
        9, 16, 0, 0, 0x2c, 1, 0,    0,    1,    0, 0, 0, 2, 0, 0, 0, /* CPU 300 */
        1, 12, 0, 0, 0,    0, 0xc0, 0xfe, 24,   0, 0, 0,             /* IO-APIC, from line 24 */
        2, 10, 0, 0, 2,    0, 0,    0,    0,    0,                   /* ISA 0 is line 2 */
        2, 10, 0, 9, 9,    0, 0,    0,    0x0f, 0,                   /* ISA 9: low, level */
        5, 12, 0, 0, 0,    0, 0xe0, 0xfe, 1,    0, 0, 0,             /* local APICs above 4 GiB */
    };

    memset(madt, 0, 44);
    memcpy(madt, "APIC", 4);
    put_u32(madt + 4, MADT_BYTES);
    put_u32(madt + 36, 0xfee00000);
    memcpy(madt + 44, entries, sizeof(entries));
}

static void test_reads_interrupts(void **state)
{
    struct acpi_interrupts found;
    uint8_t madt[MADT_BYTES];

    (void)state;
    build_madt(madt);
    assert_int_equal(acpi_read_madt(madt, MADT_BYTES, &found), SG_OK);
    assert_int_equal(found.local_address, UINT64_C(0x1fee00000));
    assert_int_equal(found.cpu_count, 2);
    assert_int_equal(found.cpu_id[0], 7);
    assert_int_equal(found.cpu_id[1], 300);
    assert_int_equal(found.ioapic_count, 1);
    assert_int_equal(found.ioapic[0].address, 0xfec00000);
    assert_int_equal(found.ioapic[0].first_line, 24);
    assert_int_equal(found.isa[0].line, 2);
    assert_int_equal(found.isa[1].line, 1);
    assert_int_equal(found.isa[9].polarity, ACPI_ACTIVE_LOW);
    assert_int_equal(found.isa[9].trigger, ACPI_LEVEL);
}

static void test_madt_cut_and_changed(void **state)
{
    struct acpi_interrupts found;
    uint8_t madt[MADT_BYTES];

    (void)state;
    build_madt(madt);
    for (uint32_t length = 0; length <= MADT_BYTES; length++) {
        uint8_t *copy = exact_copy(madt, length);
        enum sg_status status = acpi_read_madt(copy, length, &found);

        assert_true(length == MADT_BYTES || length > 44 || status == SG_BAD_ARGUMENT ||
                    status == SG_NOT_FOUND);
        free(copy);
    }
    for (uint32_t i = 0; i < MADT_BYTES; i++) {
        for (uint32_t value = 0; value < 256; value++) {
            uint8_t *copy = exact_copy(madt, MADT_BYTES);

            copy[i] = (uint8_t)value;
            if (acpi_read_madt(copy, MADT_BYTES, &found) == SG_OK)
                assert_true(found.cpu_count <= SG_BOOT_CPUS_MAX &&
                            found.ioapic_count <= ACPI_IOAPICS_MAX);
            free(copy);
        }
    }
}

static void test_many_cpus_are_counted(void **state)
{
    struct acpi_interrupts found;
    uint8_t madt[44 + 12 + 8 * 40] = "APIC";
    uint8_t *entry = madt + 44;

    (void)state;
    memcpy(entry, (const uint8_t[]){1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0}, 12);
    entry += 12;
    for (uint8_t i = 0; i < 40; i++)
        memcpy(entry + 8 * i, (const uint8_t[]){0, 8, i, i, 1, 0, 0, 0}, 8);
    assert_int_equal(acpi_read_madt(madt, sizeof(madt), &found), SG_OK);
    assert_int_equal(found.cpu_count, SG_BOOT_CPUS_MAX);
    assert_int_equal(found.cpus_ignored, 40 - SG_BOOT_CPUS_MAX);
}

/* An id that was listed before, or that addresses every CPU at once, is nobody's. */
static void test_cpus_are_refused(void **state)
{
    static const uint8_t entries[] = {
        1, 12, 0, 0,    0,    0,    0xc0, 0xfe, 0, 0, 0, 0,             /* IO-APIC */
        0, 8,  0, 0,    1,    0,    0,    0,                            /* CPU 0 */
        0, 8,  1, 5,    1,    0,    0,    0,                            /* CPU 5 */
        0, 8,  2, 0,    1,    0,    0,    0,                            /* CPU 0 again */
        0, 8,  3, 0xff, 1,    0,    0,    0,                            /* all of them */
        9, 16, 0, 0,    0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 4, 0, 0, 0, /* likewise */
        9, 16, 0, 0,    0xff, 0,    0,    0,    1, 0, 0, 0, 5, 0, 0, 0, /* CPU 255 */
        9, 16, 0, 0,    5,    0,    0,    0,    1, 0, 0, 0, 6, 0, 0, 0, /* CPU 5 again */
    };
    struct acpi_interrupts found;
    uint8_t madt[44 + sizeof(entries)] = "APIC";

    (void)state;
    memcpy(madt + 44, entries, sizeof(entries));
    assert_int_equal(acpi_read_madt(madt, sizeof(madt), &found), SG_OK);
    assert_int_equal(found.cpu_count, 3);
    assert_int_equal(found.cpu_id[0], 0);
    assert_int_equal(found.cpu_id[1], 5);
    assert_int_equal(found.cpu_id[2], 255);
    assert_int_equal(found.cpus_refused, 4);
    assert_int_equal(found.refused_id, 5);
    assert_int_equal(found.cpus_ignored, 0);
}

static void test_reads_fixed_hardware(void **state)
{
    uint8_t fadt[244] = "FACP";
    struct acpi_fixed fixed;

    (void)state;
    put_u32(fadt + 40, 0x1000);
    put_u32(fadt + 64, 0x604);
    put_u32(fadt + 76, 0x608);
    fadt[91] = 4;
    assert_int_equal(acpi_read_fadt(fadt, 116, &fixed), SG_OK);
    assert_int_equal(fixed.dsdt_address, 0x1000);
    assert_int_equal(fixed.pm1a_control_port, 0x604);
    assert_int_equal(fixed.timer_port, 0x608);
    assert_int_equal(fixed.timer_mask, 0xffffff);
    put_u32(fadt + 112, 1u << 8);
    put_u64(fadt + 140, UINT64_C(0x123456789));
    assert_int_equal(acpi_read_fadt(fadt, 244, &fixed), SG_OK);
    assert_int_equal(fixed.timer_mask, UINT32_MAX);
    assert_int_equal(fixed.dsdt_address, UINT64_C(0x123456789));
    put_u32(fadt + 76, 0x10000);
    assert_int_equal(acpi_read_fadt(fadt, 244, &fixed), SG_OK);
    assert_int_equal(fixed.timer_port, 0);
    assert_int_equal(acpi_read_fadt(fadt, 115, &fixed), SG_BAD_ARGUMENT);
}

static enum sg_status find_soft_off(const uint8_t *code, size_t size, uint16_t *type)
{
    uint8_t table[ACPI_HEADER_BYTES + 64] = "DSDT";
    enum sg_status status;
    uint8_t *copy;

    memcpy(table + ACPI_HEADER_BYTES, code, size);
    copy = exact_copy(table, ACPI_HEADER_BYTES + size);
    status = acpi_find_soft_off(copy, (uint32_t)(ACPI_HEADER_BYTES + size), type);
    free(copy);
    return status;
}

static void test_finds_soft_off(void **state)
{
    static const uint8_t plain[] = {1, 2, 8, '_', 'S', '5', '_', 0x12, 6, 4, 0, 0, 0, 0};
    static const uint8_t rooted[] = {2,    8,    '\\', '_', 'S', '5', '_', 0x12,
                                     0x47, 0x01, 4,    10,  5,   0,   0};
    static const uint8_t no_name[] = {1, 2, 3, '_', 'S', '5', '_', 0x12, 6, 4, 0, 0, 0, 0};
    uint16_t type = 99;

    (void)state;
    assert_int_equal(find_soft_off(plain, sizeof(plain), &type), SG_OK);
    assert_int_equal(type, 0);
    assert_int_equal(find_soft_off(rooted, sizeof(rooted), &type), SG_OK);
    assert_int_equal(type, 5);
    assert_int_equal(find_soft_off(no_name, sizeof(no_name), &type), SG_NOT_FOUND);
    for (size_t size = 0; size < sizeof(rooted); size++)
        (void)find_soft_off(rooted, size, &type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_the_root),        cmocka_unit_test(test_reads_a_header),
        cmocka_unit_test(test_reads_interrupts),      cmocka_unit_test(test_madt_cut_and_changed),
        cmocka_unit_test(test_many_cpus_are_counted), cmocka_unit_test(test_reads_fixed_hardware),
        cmocka_unit_test(test_finds_soft_off),        cmocka_unit_test(test_cpus_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
