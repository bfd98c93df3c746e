/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of a 16550 serial port: a process with eight ports, one interrupt and one endpoint. */
#include "console.h"

#include <errno.h>
#include <signet/log.h>
#include <signet/object.h>
#include <signet/service.h>
#include <signet/startup.h>
#include <stdlib.h>

#define FIRST_PORT_DEFAULT 0x3f8u

static struct console console;

static void interrupted(struct sg_watch *watch, uint64_t count)
{
    (void)count;
    (void)sg_irq_ack(watch->handle);
    console_work(&console);
}

static void interrupt_lost(struct sg_watch *watch, enum sg_status status)
{
    sg_log(SG_LOG_ERROR, "capability interrupt: %s", sg_status_text(status));
    sg_loop_stop(watch->loop);
}

/* What was written is sent before the driver ends. */
static void stop_when_sent(void)
{
    if (console.is_stopping && console.sending == 0 && console.output.used == 0)
        sg_loop_stop(&console.loop);
}

static void stop(struct sg_service *service)
{
    (void)service;
    console.is_stopping = true;
    stop_when_sent();
}

static void byte_sent(struct sg_operation *operation, const struct sg_completion *completion)
{
    (void)operation;
    if (completion->result < 0) {
        sg_log(SG_LOG_ERROR, "capability registers: %s", sg_status_text(completion->result));
        sg_loop_stop(&console.loop);
    }
    if (--console.sending == 0)
        console_send(&console);
    stop_when_sent();
}

static void work_again(struct sg_operation *operation, const struct sg_completion *completion)
{
    (void)operation;
    (void)completion;
    console_work(&console);
}

static bool read_first_port(uint16_t *port)
{
    const char *text = sg_argument("first-port");
    unsigned long number = FIRST_PORT_DEFAULT;
    char *end = NULL;

    errno = 0;
    if (text != NULL)
        number = strtoul(text, &end, 0);
    if (text != NULL && (errno != 0 || end == text || *end != 0 || number > UINT16_MAX - 7)) {
        sg_log(SG_LOG_ERROR, "argument first-port: found \"%s\", expected 0 to 65528", text);
        return false;
    }
    *port = (uint16_t)number;
    return true;
}

static bool start_uart(void)
{
    const char *problem;

    if (!read_first_port(&console.uart.first_port))
        return false;
    console.uart.ports = sg_capability("registers");
    if (uart_start(&console.uart, &problem))
        return true;
    sg_log(SG_LOG_ERROR, "serial port 0x%x: %s", console.uart.first_port, problem);
    return false;
}

/* The interrupt is waited for before the UART may raise it. */
static enum sg_status start_serving(void)
{
    enum sg_status status = sg_loop_irq(&console.loop, sg_capability("interrupt"), &console.watch);

    if (status == SG_OK)
        status = sg_loop_serve(&console.loop, sg_provided("console"),
                               &signet_console_v1_Console_interface, &console);
    if (status == SG_OK) {
        (void)sg_irq_ack(console.watch.handle);
        uart_set_interrupts(&console.uart, UART_INTERRUPT_RECEIVED | UART_INTERRUPT_TRANSMITTED);
        console_work(&console);
    }
    return status;
}

int main(void)
{
    struct sg_service service = {.loop = &console.loop, .stop = stop};
    enum sg_status status;

    console.watch.ready = interrupted;
    console.watch.failed = interrupt_lost;
    console.sent.done = byte_sent;
    console.again.done = work_again;
    sg_loop_init(&console.loop, sg_own_ring());
    if (!start_uart())
        return 1;
    status = start_serving();
    if (status == SG_OK)
        return sg_service_run(&service);
    sg_log(SG_LOG_ERROR, "console: %s", sg_status_text(status));
    return 1;
}
