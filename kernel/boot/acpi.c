/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/acpi.h"

#define RSDP_OLD_BYTES 20u
#define RSDP_NEW_BYTES 36u

bool acpi_checksum_is_good(const uint8_t *table, uint32_t length)
{
    uint32_t sum = 0;

    /*@ loop invariant 0 <= i <= length && sum == acpi_sum(table, i) && 0 <= sum <= 255 * i;
        loop assigns i, sum;
        loop variant length - i;
    */
    for (uint32_t i = 0; i < length; i++)
        sum += table[i];
    return sum % 256 == 0;
}

/*@ requires \valid_read(bytes + (0 .. length - 1)) && \valid_read(text + (0 .. length - 1));
    assigns \nothing;
    ensures \result <==> \forall integer i; 0 <= i < length ==> bytes[i] == text[i];
*/
static bool text_is(const uint8_t *bytes, const char *text, uint32_t length)
{
    /*@ loop invariant 0 <= i <= length;
        loop invariant \forall integer k; 0 <= k < i ==> bytes[k] == text[k];
        loop assigns i;
        loop variant length - i;
    */
    for (uint32_t i = 0; i < length; i++)
        if (bytes[i] != text[i])
            return false;
    return true;
}

enum sg_status acpi_read_root(const uint8_t *bytes, uint32_t size_bytes, struct acpi_root *root)
{
    if (size_bytes < RSDP_OLD_BYTES || !text_is(bytes, "RSD PTR ", 8) ||
        !acpi_checksum_is_good(bytes, RSDP_OLD_BYTES))
        return SG_BAD_ARGUMENT;
    if (bytes[15] >= 2 && size_bytes >= RSDP_NEW_BYTES && read_le64(bytes + 24) != 0 &&
        acpi_checksum_is_good(bytes, RSDP_NEW_BYTES))
        *root = (struct acpi_root){read_le64(bytes + 24), 8};
    else
        *root = (struct acpi_root){read_le32(bytes + 16), 4};
    return root->address != 0 ? SG_OK : SG_BAD_ARGUMENT;
}

enum sg_status acpi_table_length(const uint8_t header[ACPI_HEADER_BYTES], const char *signature,
                                 uint32_t *length)
{
    uint32_t claimed = read_le32(header + 4);

    if (!text_is(header, signature, 4) || claimed < ACPI_HEADER_BYTES)
        return SG_BAD_ARGUMENT;
    if (claimed > ACPI_TABLE_MAX)
        return SG_TOO_BIG;
    *length = claimed;
    return SG_OK;
}

/* --- MADT --------------------------------------------------------------------------------------- */

enum madt_entry {
    MADT_CPU = 0,
    MADT_IOAPIC = 1,
    MADT_OVERRIDE = 2,
    MADT_LOCAL_ADDRESS = 5,
    MADT_X2APIC = 9,
};

#define MADT_ENTRIES 44u
#define MADT_CPU_ENABLED 1u
#define ID_OF_ALL 0xffu /* what addresses every local APIC is no CPU's id */
#define ID_OF_ALL_X2APIC UINT32_MAX

/* A CPU more, or one that is counted as refused or ignored. */
/*@ requires \valid(interrupts) && acpi_counts_ok(interrupts) && acpi_cpus_ok(interrupts);
    requires interrupts->cpus_refused < UINT32_MAX && interrupts->cpus_ignored < UINT32_MAX;
    assigns interrupts->cpu_id[0 .. SG_BOOT_CPUS_MAX - 1], interrupts->cpu_count,
            interrupts->cpus_ignored, interrupts->cpus_refused, interrupts->refused_id;
    ensures acpi_counts_ok(interrupts) && acpi_cpus_ok(interrupts);
    ensures interrupts->cpus_refused <= \old(interrupts->cpus_refused) + 1;
    ensures interrupts->cpus_ignored <= \old(interrupts->cpus_ignored) + 1;
*/
static void add_cpu(struct acpi_interrupts *interrupts, uint32_t id, uint32_t id_of_all)
{
    bool is_refused = id == id_of_all;

    /*@ loop invariant 0 <= i <= interrupts->cpu_count;
        loop invariant !is_refused ==>
          \forall integer k; 0 <= k < i ==> interrupts->cpu_id[k] != id;
        loop assigns i, is_refused;
        loop variant interrupts->cpu_count - i;
    */
    for (uint32_t i = 0; i < interrupts->cpu_count; i++)
        is_refused = is_refused || interrupts->cpu_id[i] == id;
    if (is_refused) {
        interrupts->cpus_refused++;
        interrupts->refused_id = id;
    } else if (interrupts->cpu_count == SG_BOOT_CPUS_MAX) {
        interrupts->cpus_ignored++;
    } else {
        interrupts->cpu_id[interrupts->cpu_count] = id;
        interrupts->cpu_count++;
    }
}

/*@ requires \valid_read(entry + (0 .. 11)) && \valid(interrupts);
    requires \separated(entry + (0 .. 11), interrupts);
    requires acpi_counts_ok(interrupts) && acpi_ioapics_ok(interrupts);
    assigns interrupts->ioapic[0 .. ACPI_IOAPICS_MAX - 1], interrupts->ioapic_count;
    ensures acpi_counts_ok(interrupts) && acpi_ioapics_ok(interrupts);
*/
static enum sg_status add_ioapic(struct acpi_interrupts *interrupts, const uint8_t *entry)
{
    if (interrupts->ioapic_count == ACPI_IOAPICS_MAX)
        return SG_OK;
    if (read_le32(entry + 4) % PAGE_SIZE > PAGE_SIZE - 0x20 || read_le32(entry + 4) == 0)
        return SG_BAD_ARGUMENT;
    interrupts->ioapic[interrupts->ioapic_count] =
        (struct acpi_ioapic){read_le32(entry + 4), read_le32(entry + 8)};
    interrupts->ioapic_count++;
    return SG_OK;
}

/*@ requires \valid_read(entry + (0 .. 9)) && \valid(interrupts);
    requires \separated(entry + (0 .. 9), interrupts) && acpi_isa_ok(interrupts);
    assigns interrupts->isa[0 .. ACPI_ISA_LINES - 1];
    ensures acpi_isa_ok(interrupts);
*/
static enum sg_status add_override(struct acpi_interrupts *interrupts, const uint8_t *entry)
{
    uint32_t flags = read_le16(entry + 8);

    if (entry[3] >= ACPI_ISA_LINES)
        return SG_BAD_ARGUMENT;
    interrupts->isa[entry[3]] = (struct acpi_isa_line){read_le32(entry + 4), (uint8_t)(flags % 4),
                                                       (uint8_t)(flags / 4 % 4)};
    return SG_OK;
}

/* Bytes an entry of a type has at least. */
/*@ assigns \nothing;
    ensures type == MADT_CPU ==> \result == 8;
    ensures type == MADT_IOAPIC ==> \result == 12;
    ensures type == MADT_OVERRIDE ==> \result == 10;
    ensures type == MADT_LOCAL_ADDRESS ==> \result == 12;
    ensures type == MADT_X2APIC ==> \result == 16;
*/
static uint32_t least_bytes(uint8_t type)
{
    if (type == MADT_CPU)
        return 8;
    if (type == MADT_OVERRIDE)
        return 10;
    if (type == MADT_X2APIC)
        return 16;
    return type == MADT_IOAPIC || type == MADT_LOCAL_ADDRESS ? 12 : 2;
}

/*@ requires \valid_read(entry + (0 .. length - 1)) && length >= 2 && \valid(interrupts);
    requires \separated(entry + (0 .. length - 1), interrupts);
    requires interrupts->cpus_refused < UINT32_MAX && interrupts->cpus_ignored < UINT32_MAX;
    requires acpi_counts_ok(interrupts) && acpi_cpus_ok(interrupts);
    requires acpi_ioapics_ok(interrupts) && acpi_isa_ok(interrupts);
    assigns *interrupts;
    ensures acpi_counts_ok(interrupts) && acpi_cpus_ok(interrupts);
    ensures acpi_ioapics_ok(interrupts) && acpi_isa_ok(interrupts);
    ensures interrupts->cpus_refused <= \old(interrupts->cpus_refused) + 1;
    ensures interrupts->cpus_ignored <= \old(interrupts->cpus_ignored) + 1;
*/
static enum sg_status read_entry(const uint8_t *entry, uint32_t length,
                                 struct acpi_interrupts *interrupts)
{
    if (length < least_bytes(entry[0]))
        return SG_BAD_ARGUMENT;
    switch (entry[0]) {
    case MADT_CPU:
        if (read_le32(entry + 4) & MADT_CPU_ENABLED)
            add_cpu(interrupts, entry[3], ID_OF_ALL);
        break;
    case MADT_X2APIC:
        if (read_le32(entry + 8) & MADT_CPU_ENABLED)
            add_cpu(interrupts, read_le32(entry + 4), ID_OF_ALL_X2APIC);
        break;
    case MADT_IOAPIC:
        return add_ioapic(interrupts, entry);
    case MADT_OVERRIDE:
        return add_override(interrupts, entry);
    case MADT_LOCAL_ADDRESS:
        interrupts->local_address = read_le64(entry + 4);
        break;
    }
    return SG_OK;
}

enum sg_status acpi_read_madt(const uint8_t *table, uint32_t length,
                              struct acpi_interrupts *interrupts)
{
    uint32_t offset = MADT_ENTRIES;

    if (length < MADT_ENTRIES)
        return SG_BAD_ARGUMENT;
    interrupts->local_address = read_le32(table + 36);
    interrupts->cpu_count = interrupts->ioapic_count = 0;
    interrupts->cpus_ignored = interrupts->cpus_refused = 0;
    /*@ loop invariant 0 <= i <= ACPI_ISA_LINES;
        loop invariant \forall integer k; 0 <= k < i ==>
          interrupts->isa[k].polarity <= 3 && interrupts->isa[k].trigger <= 3;
        loop assigns i, interrupts->isa[0 .. ACPI_ISA_LINES - 1];
        loop variant ACPI_ISA_LINES - i;
    */
    for (uint32_t i = 0; i < ACPI_ISA_LINES; i++) {
        interrupts->isa[i].line = i;
        interrupts->isa[i].polarity = ACPI_AS_BUS;
        interrupts->isa[i].trigger = ACPI_TRIGGER_AS_BUS;
    }
    /*@ loop invariant MADT_ENTRIES <= offset <= length;
        loop invariant acpi_counts_ok(interrupts) && acpi_cpus_ok(interrupts);
        loop invariant acpi_ioapics_ok(interrupts) && acpi_isa_ok(interrupts);
        loop invariant interrupts->cpus_refused <= offset && interrupts->cpus_ignored <= offset;
        loop assigns offset, *interrupts;
        loop variant length - offset;
    */
    while (length - offset >= 2) {
        uint32_t entry_length = table[offset + 1];

        if (entry_length < 2 || entry_length > length - offset)
            return SG_BAD_ARGUMENT;
        enum sg_status status = read_entry(table + offset, entry_length, interrupts);
        if (status != SG_OK)
            return status;
        offset += entry_length;
    }
    return interrupts->cpu_count != 0 && interrupts->ioapic_count != 0 ? SG_OK : SG_NOT_FOUND;
}

/* --- FADT and DSDT ------------------------------------------------------------------------------ */

#define FADT_BYTES_MIN 116u
#define FADT_BYTES_WITH_WIDE_DSDT 148u
#define FADT_TIMER_IS_WIDE (1u << 8)

enum sg_status acpi_read_fadt(const uint8_t *table, uint32_t length, struct acpi_fixed *fixed)
{
    if (length < FADT_BYTES_MIN)
        return SG_BAD_ARGUMENT;
    uint32_t timer = read_le32(table + 76);
    *fixed = (struct acpi_fixed){
        .dsdt_address = read_le32(table + 40),
        .pm1a_control_port = read_le16(table + 64),
        .timer_port = (uint16_t)(table[91] == 4 && timer <= UINT16_MAX ? timer : 0),
        .timer_mask = read_le32(table + 112) & FADT_TIMER_IS_WIDE ? UINT32_MAX : 0xffffff,
    };
    if (length >= FADT_BYTES_WITH_WIDE_DSDT && read_le64(table + 140) != 0)
        fixed->dsdt_address = read_le64(table + 140);
    return SG_OK;
}

/* NameOp "_S5_" PackageOp PkgLength NumElements, then SLP_TYPa as ZeroOp, OneOp or BytePrefix. */
/*@ requires \valid_read(name + (0 .. left - 1)) && 8 <= left && \valid(type);
    requires \separated(name + (0 .. left - 1), type);
    assigns *type;
    ensures \result ==> *type <= UINT8_MAX;
*/
static bool read_soft_off(const uint8_t *name, uint32_t left, uint16_t *type)
{
    uint32_t offset = 7 + name[5] / 64u;

    if (name[4] != 0x12 || offset + 1 >= left)
        return false;
    *type = name[offset] == 0x0a ? name[offset + 1] : name[offset];
    return name[offset] == 0x0a || name[offset] <= 1;
}

enum sg_status acpi_find_soft_off(const uint8_t *table, uint32_t length, uint16_t *type)
{
    /*@ loop invariant ACPI_HEADER_BYTES + 2 <= i;
        loop assigns i, *type;
        loop variant length - i;
    */
    for (uint32_t i = ACPI_HEADER_BYTES + 2; i < length && length - i >= 8; i++) {
        if (table[i] != '_' || !text_is(table + i, "_S5_", 4))
            continue;
        if (table[i - 1] != 0x08 && (table[i - 2] != 0x08 || table[i - 1] != '\\'))
            continue;
        if (read_soft_off(table + i, length - i, type))
            return SG_OK;
    }
    return SG_NOT_FOUND;
}
