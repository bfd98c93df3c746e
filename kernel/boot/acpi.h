/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads ACPI tables, each from its bytes alone: what lies where in memory is the caller's business.
   A table's length and checksum are compared with the bytes there are before anything is read. */
#pragma once

#include "abi/boot.h"
#include "core/base.h"

#define ACPI_HEADER_BYTES 36u
#define ACPI_TABLE_MAX 0x100000u /* bytes of one table */
#define ACPI_IOAPICS_MAX 4u
#define ACPI_ISA_LINES 16u

/* Where the list of tables is, and how wide its entries are. */
struct acpi_root {
    uint64_t address;
    uint32_t entry_bytes; /* 4: RSDT, 8: XSDT */
};

/* Reads a root pointer: SG_OK or SG_BAD_ARGUMENT. */
MUST_USE enum sg_status acpi_read_root(const uint8_t *bytes, uint32_t size_bytes,
                                       struct acpi_root *root);

/* The length a table's header claims: SG_OK, SG_BAD_ARGUMENT (not this table), SG_TOO_BIG. */
MUST_USE enum sg_status acpi_table_length(const uint8_t header[ACPI_HEADER_BYTES],
                                          const char *signature, uint32_t *length);

/* Whether length bytes of a table sum to 0. */
MUST_USE bool acpi_checksum_is_good(const uint8_t *table, uint32_t length);

struct acpi_ioapic {
    uint32_t address;
    uint32_t first_line;
};

enum acpi_polarity { ACPI_AS_BUS = 0, ACPI_ACTIVE_HIGH = 1, ACPI_ACTIVE_LOW = 3 };
enum acpi_trigger { ACPI_TRIGGER_AS_BUS = 0, ACPI_EDGE = 1, ACPI_LEVEL = 3 };

/* How an ISA interrupt is wired. */
struct acpi_isa_line {
    uint32_t line; /* global system interrupt */
    uint8_t polarity;
    uint8_t trigger;
};

struct acpi_interrupts {
    uint64_t local_address; /* of the local APICs */
    uint32_t cpu_id[SG_BOOT_CPUS_MAX];
    uint32_t cpu_count;
    uint32_t cpus_ignored; /* enabled, past SG_BOOT_CPUS_MAX */
    uint32_t cpus_refused; /* listed before, or with an id that no CPU has */
    uint32_t refused_id;   /* of the last of those */
    struct acpi_ioapic ioapic[ACPI_IOAPICS_MAX];
    uint32_t ioapic_count;
    struct acpi_isa_line isa[ACPI_ISA_LINES];
};

/* Reads a MADT of a good length and checksum: SG_OK, SG_BAD_ARGUMENT (an entry goes past the end or
   names what cannot be), SG_NOT_FOUND (no CPU or no IO-APIC). */
MUST_USE enum sg_status acpi_read_madt(const uint8_t *table, uint32_t length,
                                       struct acpi_interrupts *interrupts);

struct acpi_fixed {
    uint64_t dsdt_address;
    uint16_t pm1a_control_port;
    uint16_t timer_port; /* 0: no PM timer */
    uint32_t timer_mask; /* its 24 or 32 bits */
};

/* Reads a FADT of a good length and checksum: SG_OK or SG_BAD_ARGUMENT (too short). */
MUST_USE enum sg_status acpi_read_fadt(const uint8_t *table, uint32_t length,
                                       struct acpi_fixed *fixed);

/* Finds the soft-off sleep type in a DSDT's byte code: SG_OK or SG_NOT_FOUND. */
MUST_USE enum sg_status acpi_find_soft_off(const uint8_t *table, uint32_t length, uint16_t *type);
