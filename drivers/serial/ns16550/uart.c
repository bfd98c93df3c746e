/* SPDX-License-Identifier: BSD-2-Clause */
#include "uart.h"

#include <signet/log.h>
#include <signet/object.h>
#include <stdlib.h>

#define DIVISOR_ACCESS 0x80u
#define EIGHT_BITS 0x03u
#define DIVISOR_115200 1u
#define FIFO_ENABLE 0x01u
#define FIFO_TRIGGER_8 0x80u
#define TERMINAL_READY 0x01u
#define REQUEST_TO_SEND 0x02u
#define INTERRUPT_GATE 0x08u /* OUT2: the line to the interrupt controller */
#define FIFO_WORKS 0xc0u     /* in UART_INTERRUPT_IDENTITY */
#define ALL_SENT 0x40u       /* in UART_LINE_STATUS */
#define ALL_SENT_TRIES 1000u

static enum sg_status write_register(const struct uart *uart, enum uart_register which,
                                     uint8_t value)
{
    return sg_ioport_out(uart->ports, (uint16_t)(uart->first_port + which), 1, value);
}

uint8_t uart_read(const struct uart *uart, enum uart_register which)
{
    uint32_t value = 0;

    enum sg_status status =
        sg_ioport_in(uart->ports, (uint16_t)(uart->first_port + which), 1, &value);

    if (status != SG_OK) {
        sg_log(SG_LOG_ERROR, "capability registers: %s", sg_status_text(status));
        exit(1);
    }
    return (uint8_t)value;
}

static bool scratch_holds(const struct uart *uart, uint8_t value)
{
    (void)write_register(uart, UART_SCRATCH, value);
    return uart_read(uart, UART_SCRATCH) == value;
}

/* Bytes written by whoever had the port before are not cut short, if they end soon. */
static void wait_until_sent(const struct uart *uart)
{
    for (uint32_t i = 0; i < ALL_SENT_TRIES; i++)
        if ((uart_read(uart, UART_LINE_STATUS) & ALL_SENT) != 0)
            return;
}

static void set_line(const struct uart *uart)
{
    (void)write_register(uart, UART_INTERRUPT_ENABLE, 0);
    (void)write_register(uart, UART_LINE_CONTROL, DIVISOR_ACCESS);
    (void)write_register(uart, UART_DATA, DIVISOR_115200);
    (void)write_register(uart, UART_INTERRUPT_ENABLE, 0);
    (void)write_register(uart, UART_LINE_CONTROL, EIGHT_BITS);
    (void)write_register(uart, UART_FIFO_CONTROL, FIFO_ENABLE | FIFO_TRIGGER_8);
    (void)write_register(uart, UART_MODEM_CONTROL,
                         TERMINAL_READY | REQUEST_TO_SEND | INTERRUPT_GATE);
}

bool uart_start(const struct uart *uart, const char **problem)
{
    enum sg_status status = write_register(uart, UART_SCRATCH, 0);

    if (status != SG_OK) {
        *problem = sg_status_text(status);
        return false;
    }
    if (!scratch_holds(uart, 0x5a) || !scratch_holds(uart, 0xa5)) {
        *problem = "found no UART, expected a 16550";
        return false;
    }
    wait_until_sent(uart);
    set_line(uart);
    if ((uart_read(uart, UART_INTERRUPT_IDENTITY) & FIFO_WORKS) != FIFO_WORKS) {
        *problem = "found a UART without FIFOs, expected a 16550";
        return false;
    }
    return true;
}

void uart_set_interrupts(const struct uart *uart, uint8_t causes)
{
    (void)write_register(uart, UART_INTERRUPT_ENABLE, causes);
}
