/* SPDX-License-Identifier: BSD-2-Clause */
#include "power.h"

#include <signet/object.h>

#define PM1_SLEEP_ENABLE (1u << 13)
#define PM1_SLEEP_SHIFT 10
#define RESET_CONTROL 0xcf9u
#define RESET_PREPARE 0x02u /* the reset is the change from this to the next */
#define RESET_HARD 0x06u
#define KEYBOARD_COMMAND 0x64u
#define KEYBOARD_RESET 0xfeu
#define EMULATOR_EXIT_PORT 0xf4u

void power_off(const struct sg_bootinfo *boot)
{
    if (boot->pm1a_control_port)
        (void)sg_ioport_out(boot->ioport, boot->pm1a_control_port, 2,
                            (uint32_t)boot->s5_sleep_type << PM1_SLEEP_SHIFT | PM1_SLEEP_ENABLE);
}

void power_reset(const struct sg_bootinfo *boot)
{
    (void)sg_ioport_out(boot->ioport, RESET_CONTROL, 1, RESET_PREPARE);
    (void)sg_ioport_out(boot->ioport, RESET_CONTROL, 1, RESET_HARD);
    (void)sg_ioport_out(boot->ioport, KEYBOARD_COMMAND, 1, KEYBOARD_RESET);
}

void power_exit(const struct sg_bootinfo *boot, uint32_t value)
{
    (void)sg_ioport_out(boot->ioport, EMULATOR_EXIT_PORT, 4, value);
}
