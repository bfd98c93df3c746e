/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines: from an IO-APIC pin to this kernel's boot CPU. A line number below 16 means the ISA
   interrupt of that number, wherever the firmware says it is wired; others are global system
   interrupts. A line is armed, or not until it is unmasked again. */
#pragma once

#include "boot/acpi.h"

/* Masks every pin of the controllers, whose registers are mapped at registers[i]. Lines go to the CPU
   with the hardware id cpu_id. `interrupts` is kept. */
void ioapic_init(const struct acpi_interrupts *interrupts, void *const *registers, uint32_t cpu_id);
