/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads ACPI tables, each from its bytes alone: what lies where in memory is the caller's business.
   A table's length and checksum are compared with the bytes there are before anything is read. */
#pragma once

#include "abi/boot.h"
#include "core/base.h"
#include "core/little_endian.h"

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
/*@ requires \valid_read(bytes + (0 .. size_bytes - 1)) && \valid(root);
    requires \separated(bytes + (0 .. size_bytes - 1), root);
    assigns *root;
    ensures \result == SG_OK ==> root->address != 0 && size_bytes >= 20 &&
      (root->entry_bytes == 4 || root->entry_bytes == 8 && size_bytes >= 36);
*/
MUST_USE enum sg_status acpi_read_root(const uint8_t *bytes, uint32_t size_bytes,
                                       struct acpi_root *root);

/* The length a table's header claims: SG_OK, SG_BAD_ARGUMENT (not this table), SG_TOO_BIG. */
/*@ requires \valid_read(header + (0 .. ACPI_HEADER_BYTES - 1));
    requires \valid_read(signature + (0 .. 3)) && \valid(length);
    requires \separated(length, header + (0 .. ACPI_HEADER_BYTES - 1), signature + (0 .. 3));
    assigns *length;
    ensures \result == SG_OK ==> *length == le32(header + 4) &&
      ACPI_HEADER_BYTES <= *length <= ACPI_TABLE_MAX;
*/
MUST_USE enum sg_status acpi_table_length(const uint8_t header[ACPI_HEADER_BYTES],
                                          const char *signature, uint32_t *length);

/*@ logic integer acpi_sum{L}(uint8_t *table, integer n) =
      n <= 0 ? 0 : acpi_sum(table, n - 1) + table[n - 1];
*/

/* Whether length bytes of a table sum to 0. */
/*@ requires \valid_read(table + (0 .. length - 1)) && length <= ACPI_TABLE_MAX;
    assigns \nothing;
    ensures \result <==> acpi_sum(table, length) % 256 == 0;
*/
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

/*@ predicate acpi_readable(uint8_t *table, integer length) =
      \valid_read(table + (0 .. length - 1)) && length <= ACPI_TABLE_MAX;

    predicate acpi_counts_ok(struct acpi_interrupts *interrupts) =
      interrupts->cpu_count <= SG_BOOT_CPUS_MAX && interrupts->ioapic_count <= ACPI_IOAPICS_MAX;

    predicate acpi_cpus_ok(struct acpi_interrupts *interrupts) =
      \forall integer i, j; 0 <= i < j < interrupts->cpu_count ==>
        interrupts->cpu_id[i] != interrupts->cpu_id[j];

    predicate acpi_ioapics_ok(struct acpi_interrupts *interrupts) =
      \forall integer i; 0 <= i < interrupts->ioapic_count ==>
        interrupts->ioapic[i].address != 0 && interrupts->ioapic[i].address % PAGE_SIZE <= 4096 - 32;

    predicate acpi_isa_ok(struct acpi_interrupts *interrupts) =
      \forall integer i; 0 <= i < ACPI_ISA_LINES ==>
        interrupts->isa[i].polarity <= 3 && interrupts->isa[i].trigger <= 3;
*/

/* Reads a MADT of a good length and checksum: SG_OK, SG_BAD_ARGUMENT (an entry goes past the end or
   names what cannot be), SG_NOT_FOUND (no CPU or no IO-APIC). */
/*@ requires acpi_readable(table, length) && \valid(interrupts);
    requires \separated(table + (0 .. length - 1), interrupts);
    assigns *interrupts;
    ensures counts: \result == SG_OK ==> acpi_counts_ok(interrupts) &&
      interrupts->cpu_count >= 1 && interrupts->ioapic_count >= 1;
    ensures cpus: \result == SG_OK ==> acpi_cpus_ok(interrupts);
    ensures ioapics: \result == SG_OK ==> acpi_ioapics_ok(interrupts);
    ensures isa: \result == SG_OK ==> acpi_isa_ok(interrupts);
*/
MUST_USE enum sg_status acpi_read_madt(const uint8_t *table, uint32_t length,
                                       struct acpi_interrupts *interrupts);

struct acpi_fixed {
    uint64_t dsdt_address;
    uint16_t pm1a_control_port;
    uint16_t timer_port; /* 0: no PM timer */
    uint32_t timer_mask; /* its 24 or 32 bits */
};

/* Reads a FADT of a good length and checksum: SG_OK or SG_BAD_ARGUMENT (too short). */
/*@ requires acpi_readable(table, length) && \valid(fixed);
    requires \separated(table + (0 .. length - 1), fixed);
    assigns *fixed;
    ensures \result == SG_OK <==> length >= 116;
    ensures \result == SG_OK ==> fixed->timer_mask == 0xffffff || fixed->timer_mask == UINT32_MAX;
*/
MUST_USE enum sg_status acpi_read_fadt(const uint8_t *table, uint32_t length,
                                       struct acpi_fixed *fixed);

/* Finds the soft-off sleep type in a DSDT's byte code: SG_OK or SG_NOT_FOUND. */
/*@ requires acpi_readable(table, length) && \valid(type);
    requires \separated(table + (0 .. length - 1), type);
    assigns *type;
    ensures \result == SG_OK ==> *type <= UINT8_MAX;
*/
MUST_USE enum sg_status acpi_find_soft_off(const uint8_t *table, uint32_t length, uint16_t *type);
