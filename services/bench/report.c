/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/status.h>
#include <stdio.h>

#include "bench.h"
#include "mark.h"

#define LINE_STATUS 5u
#define TRANSMITTER_EMPTY 0x20u
#define FIRST_PORT 0x3f8u

/* One byte to the 16550, when it has room. */
static void put(struct sg_handle port, char byte)
{
    uint32_t line_status = 0;

    while (!(line_status & TRANSMITTER_EMPTY))
        if (sg_ioport_in(port, FIRST_PORT + LINE_STATUS, 1, &line_status) != SG_OK)
            return;
    if (sg_ioport_out(port, FIRST_PORT, 1, (uint8_t)byte) != SG_OK)
        return;
}

static void print(const char *text)
{
    struct sg_handle port = sg_capability("serial");

    for (; *text != '\0'; text++)
        put(port, *text);
}

void report(const char *name, uint64_t value)
{
    char line[80];

    snprintf(line, sizeof(line), "bench %s %llu\r\n", name, (unsigned long long)value);
    print(line);
}

void report_row(const char *name, uint64_t value, uint64_t count)
{
    char line[80];

    MARK(MARK_ROW);
    snprintf(line, sizeof(line), "bench %s %llu of %llu\r\n", name, (unsigned long long)value,
             (unsigned long long)count);
    print(line);
}

void report_failure(const char *name, int64_t status)
{
    char line[160];

    snprintf(line, sizeof(line), "bench: %s: %s\r\n", name, sg_status_text((int)status));
    print(line);
}

void report_done(void)
{
    print("bench done\r\n");
}
