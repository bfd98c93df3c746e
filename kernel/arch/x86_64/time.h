/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock (TSC) and this CPU's one-shot timer, both measured once against the ACPI PM timer. */
#pragma once

#include "boot/acpi.h"

/* Measures for a few milliseconds and starts the clock at 0: SG_OK or SG_NOT_FOUND (there is no PM
   timer, or it stands still). */
MUST_USE enum sg_status time_init(const struct acpi_fixed *fixed);

/* Switches this CPU's timer on. */
void time_init_cpu(void);

/* The one-shot timer has interrupted this CPU. */
void time_interrupt(void);

/* For the boot banner. */
uint64_t time_tsc_khz(void);
const char *time_timer_name(void);
