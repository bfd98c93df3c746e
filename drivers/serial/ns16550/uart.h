/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of a 16550 behind an ioport capability. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <signet/status.h>

#include "abi/handle.h"

#define UART_FIFO_BYTES 16u

/* Offsets from the first port. */
enum uart_register {
    UART_DATA = 0,
    UART_INTERRUPT_ENABLE = 1,
    UART_INTERRUPT_IDENTITY = 2, /* read */
    UART_FIFO_CONTROL = 2,       /* write */
    UART_LINE_CONTROL = 3,
    UART_MODEM_CONTROL = 4,
    UART_LINE_STATUS = 5,
    UART_SCRATCH = 7,
};

enum uart_interrupt { UART_INTERRUPT_RECEIVED = 1 << 0, UART_INTERRUPT_TRANSMITTED = 1 << 1 };

/* In UART_INTERRUPT_IDENTITY. */
enum { UART_NONE_PENDING = 1 << 0 };

enum uart_line_status {
    UART_DATA_READY = 1 << 0,
    UART_OVERRUN = 1 << 1, /* bytes came while the FIFO was full; reading it clears it */
    UART_TRANSMIT_EMPTY = 1 << 5,
};

struct uart {
    struct sg_handle ports;
    uint16_t first_port;
};

/* Finds out whether a 16550 answers, and sets 115200 baud 8N1 with FIFOs; bytes it has already
   received stay. No interrupt is enabled yet. When it returns false, `problem` says what was
   found. */
bool uart_start(const struct uart *uart, const char **problem);

/* Lets it interrupt for these causes (enum uart_interrupt) and no others. */
void uart_set_interrupts(const struct uart *uart, uint8_t causes);

/* Reads a register. The driver ends when it may not. */
uint8_t uart_read(const struct uart *uart, enum uart_register which);
