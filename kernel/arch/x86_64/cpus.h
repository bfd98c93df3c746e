/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting the other processors, one after the other. */
#pragma once

#include "boot/acpi.h"
#include "boot/multiboot2.h"

/* Copies the first instructions of a CPU into a page of low memory that nothing else uses, while the
   early page tables are in use. There is nothing else in that page after it: it is not mapped later. */
void cpus_prepare(const struct multiboot2 *boot, uint32_t boot_information);

/* Starts every CPU of the list, whose first is this one, and removes those that do not come up, saying
   so. They wait in cpus_wait. */
void cpus_start(struct acpi_interrupts *interrupts);

/* Where a started CPU waits until cpus_release; then it idles. */
NORETURN void cpus_wait(void);
