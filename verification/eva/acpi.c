/* SPDX-License-Identifier: BSD-2-Clause */
/* ACPI tables of any bytes and every length up to the limit. */
#include "boot/acpi.h"
#include "any.h"

extern uint8_t table[ACPI_TABLE_MAX];

int main(void)
{
    static struct acpi_root root;
    static struct acpi_interrupts interrupts;
    static struct acpi_fixed fixed;
    uint32_t length;
    uint16_t type;
    int status;

    status = (int)acpi_read_root(table, any_below(ACPI_TABLE_MAX + 1), &root);
    status |= (int)acpi_table_length(table, "APIC", &length);
    status |= acpi_checksum_is_good(table, any_below(ACPI_TABLE_MAX + 1));
    status |= (int)acpi_read_madt(table, any_below(ACPI_TABLE_MAX + 1), &interrupts);
    status |= (int)acpi_read_fadt(table, any_below(ACPI_TABLE_MAX + 1), &fixed);
    return status | (int)acpi_find_soft_off(table, any_below(ACPI_TABLE_MAX + 1), &type);
}
