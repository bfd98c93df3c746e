/* SPDX-License-Identifier: BSD-2-Clause */
#include "serial.h"

#include <signet/object.h>

#define LINE_STATUS (SERIAL_PORT + 5)
#define LINE_STATUS_EMPTY 0x20u
#define POLLS_MAX 100000u /* without a port every read is 0xff or 0: do not wait for ever */

static void put(struct sg_handle ioport, char c)
{
    uint32_t status = 0;
    for (uint32_t i = 0; i < POLLS_MAX && !(status & LINE_STATUS_EMPTY); i++) {
        if (sg_ioport_in(ioport, LINE_STATUS, 1, &status) != SG_OK)
            return;
    }
    (void)sg_ioport_out(ioport, SERIAL_PORT, 1, (uint8_t)c);
}

void serial_write(const struct sg_bootinfo *boot, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            put(boot->ioport, '\r');
        put(boot->ioport, *text);
    }
}
