/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/acpi.h"

#include "boot/bytes.h"

#define RSDP_OLD_BYTES 20u
#define RSDP_NEW_BYTES 36u

bool acpi_checksum_is_good(const uint8_t *table, uint32_t length)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < length; i++)
        sum += table[i];
    return sum % 256 == 0;
}

static bool text_is(const uint8_t *bytes, const char *text, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (bytes[i] != (uint8_t)text[i])
            return false;
    }
    return true;
}

enum sg_status acpi_read_root(const uint8_t *bytes, uint32_t size_bytes, struct acpi_root *root)
{
    if (size_bytes < RSDP_OLD_BYTES || !text_is(bytes, "RSD PTR ", 8) ||
        !acpi_checksum_is_good(bytes, RSDP_OLD_BYTES))
        return SG_BAD_ARGUMENT;
    if (bytes[15] >= 2 && size_bytes >= RSDP_NEW_BYTES && bytes_u64(bytes + 24) != 0 &&
        acpi_checksum_is_good(bytes, RSDP_NEW_BYTES))
        *root = (struct acpi_root){bytes_u64(bytes + 24), 8};
    else
        *root = (struct acpi_root){bytes_u32(bytes + 16), 4};
    return root->address != 0 ? SG_OK : SG_BAD_ARGUMENT;
}

enum sg_status acpi_table_length(const uint8_t header[ACPI_HEADER_BYTES], const char *signature,
                                 uint32_t *length)
{
    uint32_t claimed = bytes_u32(header + 4);

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

static void add_cpu(struct acpi_interrupts *interrupts, uint32_t id, uint32_t id_of_all)
{
    bool is_refused = id == id_of_all;

    for (uint32_t i = 0; i < interrupts->cpu_count; i++)
        is_refused |= interrupts->cpu_id[i] == id;
    if (is_refused) {
        interrupts->cpus_refused++;
        interrupts->refused_id = id;
        return;
    }
    if (interrupts->cpu_count == SG_BOOT_CPUS_MAX) {
        interrupts->cpus_ignored++;
        return;
    }
    interrupts->cpu_id[interrupts->cpu_count] = id;
    interrupts->cpu_count++;
}

static enum sg_status add_ioapic(struct acpi_interrupts *interrupts, const uint8_t *entry)
{
    if (interrupts->ioapic_count == ACPI_IOAPICS_MAX)
        return SG_OK;
    if (bytes_u32(entry + 4) % PAGE_SIZE > PAGE_SIZE - 0x20 || bytes_u32(entry + 4) == 0)
        return SG_BAD_ARGUMENT;
    interrupts->ioapic[interrupts->ioapic_count] =
        (struct acpi_ioapic){bytes_u32(entry + 4), bytes_u32(entry + 8)};
    interrupts->ioapic_count++;
    return SG_OK;
}

static enum sg_status add_override(struct acpi_interrupts *interrupts, const uint8_t *entry)
{
    uint32_t flags = bytes_u16(entry + 8);

    if (entry[3] >= ACPI_ISA_LINES)
        return SG_BAD_ARGUMENT;
    interrupts->isa[entry[3]] = (struct acpi_isa_line){bytes_u32(entry + 4), (uint8_t)(flags & 3),
                                                       (uint8_t)(flags >> 2 & 3)};
    return SG_OK;
}

/* Bytes an entry of a type has at least. */
static const uint8_t entry_bytes[] = {[MADT_CPU] = 8,
                                      [MADT_IOAPIC] = 12,
                                      [MADT_OVERRIDE] = 10,
                                      [MADT_LOCAL_ADDRESS] = 12,
                                      [MADT_X2APIC] = 16};

static enum sg_status read_entry(const uint8_t *entry, uint32_t length,
                                 struct acpi_interrupts *interrupts)
{
    if (entry[0] < sizeof(entry_bytes) && length < entry_bytes[entry[0]])
        return SG_BAD_ARGUMENT;
    switch (entry[0]) {
    case MADT_CPU:
        if (bytes_u32(entry + 4) & MADT_CPU_ENABLED)
            add_cpu(interrupts, entry[3], ID_OF_ALL);
        return SG_OK;
    case MADT_X2APIC:
        if (bytes_u32(entry + 8) & MADT_CPU_ENABLED)
            add_cpu(interrupts, bytes_u32(entry + 4), ID_OF_ALL_X2APIC);
        return SG_OK;
    case MADT_IOAPIC:
        return add_ioapic(interrupts, entry);
    case MADT_OVERRIDE:
        return add_override(interrupts, entry);
    case MADT_LOCAL_ADDRESS:
        interrupts->local_address = bytes_u64(entry + 4);
        return SG_OK;
    default:
        return SG_OK;
    }
}

enum sg_status acpi_read_madt(const uint8_t *table, uint32_t length,
                              struct acpi_interrupts *interrupts)
{
    uint32_t offset = MADT_ENTRIES;

    if (length < MADT_ENTRIES)
        return SG_BAD_ARGUMENT;
    *interrupts = (struct acpi_interrupts){.local_address = bytes_u32(table + 36)};
    for (uint32_t i = 0; i < ACPI_ISA_LINES; i++)
        interrupts->isa[i].line = i;
    while (length - offset >= 2) {
        uint32_t entry_length = table[offset + 1];
        enum sg_status status;

        if (entry_length < 2 || entry_length > length - offset)
            return SG_BAD_ARGUMENT;
        status = read_entry(table + offset, entry_length, interrupts);
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
    uint32_t timer;

    if (length < FADT_BYTES_MIN)
        return SG_BAD_ARGUMENT;
    timer = bytes_u32(table + 76);
    *fixed = (struct acpi_fixed){
        .dsdt_address = bytes_u32(table + 40),
        .pm1a_control_port = (uint16_t)bytes_u16(table + 64),
        .timer_port = (uint16_t)(table[91] == 4 && timer <= UINT16_MAX ? timer : 0),
        .timer_mask = bytes_u32(table + 112) & FADT_TIMER_IS_WIDE ? UINT32_MAX : 0xffffff,
    };
    if (length >= FADT_BYTES_WITH_WIDE_DSDT && bytes_u64(table + 140) != 0)
        fixed->dsdt_address = bytes_u64(table + 140);
    return SG_OK;
}

/* NameOp "_S5_" PackageOp PkgLength NumElements, then SLP_TYPa as ZeroOp, OneOp or BytePrefix. */
static bool read_soft_off(const uint8_t *name, uint32_t left, uint16_t *type)
{
    uint32_t offset = 5;

    if (name[4] != 0x12)
        return false;
    offset += (name[5] >> 6) + 2u;
    if (offset + 1 >= left)
        return false;
    *type = name[offset] == 0x0a ? name[offset + 1] : name[offset];
    return name[offset] == 0x0a || name[offset] <= 1;
}

enum sg_status acpi_find_soft_off(const uint8_t *table, uint32_t length, uint16_t *type)
{
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
