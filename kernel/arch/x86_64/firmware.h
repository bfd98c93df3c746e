/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the ACPI tables in memory while the early page tables are in use, and has them read. */
#pragma once

#include "boot/acpi.h"
#include "boot/multiboot2.h"

struct firmware {
    struct acpi_interrupts interrupts;
    struct acpi_fixed fixed;
    uint16_t soft_off_type;
    bool has_soft_off;
};

/* Reads what the root pointer leads to into `firmware`, which is zero; without \_S5 its soft_off_type stays
   so. Refuses to go on when the MADT or FADT is missing or wrong. */
void firmware_read(const struct multiboot2 *boot, struct firmware *firmware);
