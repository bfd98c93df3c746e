/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends the machine: off by ACPI, reset, or out of an emulator with a status. */
#pragma once

#include <signet/startup.h>

/* Values for the emulator's exit port; it ends with (value << 1) | 1. */
enum power_exit { POWER_EXIT_REFUSED = 0x11, POWER_EXIT_FAILURE = 0x12 };

/* Turns the machine off. */
void power_off(const struct sg_bootinfo *boot);
/* Resets the machine. */
void power_reset(const struct sg_bootinfo *boot);
/* Ends the emulator with a failure; without an emulator nothing happens. */
void power_exit(const struct sg_bootinfo *boot, uint32_t value);
