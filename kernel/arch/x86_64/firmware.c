/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/firmware.h"

#include "arch/x86_64/layout.h"
#include "arch/x86_64/panic.h"
#include "core/little_endian.h"

#define REACHABLE_END (UINT64_C(1) << 32) /* what the early page tables map */
#define TABLES_MAX 256u

struct table {
    const uint8_t *bytes;
    uint32_t length;
};

/* The bytes at a physical address, or NULL when they are out of reach. */
static const uint8_t *reach(uint64_t address, uint32_t size)
{
    if (address == 0 || address >= REACHABLE_END || size > REACHABLE_END - address)
        return NULL;
    return (const uint8_t *)(DIRECT_MAP + address);
}

/* Takes the bytes at an address for a table with this signature. */
static bool read_table(uint64_t address, const char *signature, struct table *table)
{
    const uint8_t *header = reach(address, ACPI_HEADER_BYTES);
    uint32_t length;

    if (header == NULL || acpi_table_length(header, signature, &length) != SG_OK ||
        reach(address, length) == NULL || !acpi_checksum_is_good(header, length))
        return false;
    *table = (struct table){header, length};
    return true;
}

static bool find_table(const struct table *list, uint32_t entry_bytes, const char *signature,
                       struct table *table)
{
    uint32_t count = (list->length - ACPI_HEADER_BYTES) / entry_bytes;

    for (uint32_t i = 0; i < count && i < TABLES_MAX; i++) {
        const uint8_t *entry = list->bytes + ACPI_HEADER_BYTES + i * entry_bytes;
        uint64_t address = entry_bytes == 8 ? read_le64(entry) : read_le32(entry);

        if (read_table(address, signature, table))
            return true;
    }
    return false;
}

void firmware_read(const struct multiboot2 *boot, struct firmware *firmware)
{
    struct acpi_root root;
    struct table list, table;

    if (acpi_read_root(boot->rsdp, boot->rsdp_size, &root) != SG_OK)
        panic_refuse("ACPI root pointer: found none or a damaged one");
    if (!read_table(root.address, root.entry_bytes == 8 ? "XSDT" : "RSDT", &list))
        panic_refuse("ACPI table list: found none or a damaged one below 4 GiB");
    if (!find_table(&list, root.entry_bytes, "APIC", &table) ||
        acpi_read_madt(table.bytes, table.length, &firmware->interrupts) != SG_OK)
        panic_refuse("ACPI MADT: found none or a damaged one, expected CPUs and an IO-APIC");
    if (!find_table(&list, root.entry_bytes, "FACP", &table) ||
        acpi_read_fadt(table.bytes, table.length, &firmware->fixed) != SG_OK)
        panic_refuse("ACPI FADT: found none or a damaged one");
    firmware->has_soft_off =
        read_table(firmware->fixed.dsdt_address, "DSDT", &table) &&
        acpi_find_soft_off(table.bytes, table.length, &firmware->soft_off_type) == SG_OK;
}
