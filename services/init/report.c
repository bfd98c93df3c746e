/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <signet/object.h>

#include "log_queue.h"
#include "power.h"
#include "serial.h"

#define TEXT_MAX 201u

static struct init *owner;
static signet_log_v1_Level least;

void report_begin(struct init *init)
{
    owner = init;
}

void report_set_level(signet_log_v1_Level level)
{
    least = level;
}

static bool drives_serial(const struct process *process)
{
    for (uint32_t i = 0; i < process->entry->ioport_count; i++) {
        const signet_manifest_v1_IoPort *port = &process->entry->ioport[i];
        if (port->first < SERIAL_PORT + SERIAL_PORT_COUNT &&
            SERIAL_PORT < port->first + port->count)
            return true;
    }
    return false;
}

static bool serial_is_free(void)
{
    for (uint32_t i = 0; owner->manifest && i < owner->manifest->process_count; i++) {
        const struct process *process = &owner->process[i];
        if (process_is_alive(process) && drives_serial(process))
            return false;
    }
    return true;
}

static void write_line(const char *text)
{
    serial_write(owner->boot, "init: ");
    serial_write(owner->boot, text);
    serial_write(owner->boot, "\n");
}

void report(signet_log_v1_Level level, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    if (level < least)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (serial_is_free())
        write_line(text);
    log_queue_add(&owner->loop, level, text);
}

void report_process_started(const struct process *process)
{
    for (uint32_t i = 0; i < process->entry->provide_count; i++) {
        if (strcmp(process->entry->provide[i].interface, "signet.log.v1.Log") == 0)
            log_queue_open(&owner->loop, process->endpoint[i]);
    }
}

void refuse_because(const char *thing, const char *cause)
{
    serial_write(owner->boot, "init: refused: ");
    serial_write(owner->boot, thing);
    serial_write(owner->boot, ": ");
    serial_write(owner->boot, cause);
    serial_write(owner->boot, "\n");
    power_exit(owner->boot, POWER_EXIT_REFUSED);
    sg_thread_exit(POWER_EXIT_REFUSED);
}

void refuse(const char *thing, const char *expected, const char *found_format, ...)
{
    char found[TEXT_MAX], cause[2 * TEXT_MAX];
    va_list arguments;
    va_start(arguments, found_format);
    vsnprintf(found, sizeof found, found_format, arguments);
    va_end(arguments);
    snprintf(cause, sizeof cause, "found %s, expected %s", found, expected);
    refuse_because(thing, cause);
}
