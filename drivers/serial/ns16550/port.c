/* SPDX-License-Identifier: BSD-2-Clause */
/* The side of the UART. Its interrupt is an edge: the line must have been low once before it can
   interrupt again, so after an interrupt is acknowledged its causes are read until none is
   pending. */
#include "console.h"

#include <signet/metrics.h>
#include <signet/object.h>

SG_COUNTER(received, "bytes-received");
SG_COUNTER(sent, "bytes-sent");
SG_COUNTER(overruns, "overruns");

#define RECEIVE_AT_ONCE 256u /* bytes before clients get their turn */

static bool has_byte(struct console *console)
{
    uint8_t status = uart_read(&console->uart, UART_LINE_STATUS);

    console->lost += (status & UART_OVERRUN) != 0;
    sg_count(overruns, (status & UART_OVERRUN) != 0);
    return (status & UART_DATA_READY) != 0;
}

/* With its cause masked the line goes low, as it must. */
static void hold_back(struct console *console)
{
    console->is_holding_back = true;
    uart_set_interrupts(&console->uart, UART_INTERRUPT_TRANSMITTED);
}

static void receive_bytes(struct console *console, uint32_t *budget)
{
    while (*budget > 0 && queue_room(&console->input) > 0 && has_byte(console)) {
        uint8_t byte = uart_read(&console->uart, UART_DATA);

        queue_put(&console->input, &byte, 1);
        sg_count(received, 1);
        --*budget;
    }
    if (queue_room(&console->input) == 0 && !console->is_holding_back)
        hold_back(console);
}

/* Unmasking raises the line if bytes wait, so they come by an interrupt as always. */
void console_resume(struct console *console)
{
    if (!console->is_holding_back || queue_room(&console->input) == 0)
        return;
    console->is_holding_back = false;
    uart_set_interrupts(&console->uart, UART_INTERRUPT_RECEIVED | UART_INTERRUPT_TRANSMITTED);
}

bool console_receive(struct console *console)
{
    uint32_t budget = RECEIVE_AT_ONCE;

    while (budget > 0) {
        if ((uart_read(&console->uart, UART_INTERRUPT_IDENTITY) & UART_NONE_PENDING) != 0)
            return true;
        budget--;
        receive_bytes(console, &budget);
    }
    return false;
}

static struct sg_submission write_data(const struct uart *uart, uint8_t byte)
{
    return (struct sg_submission){
        .opcode = SG_OP_CALL,
        .method = SG_IOPORT_OUT,
        .handle_index = uart->ports.index,
        .handle_generation = uart->ports.generation,
        .argument = {(uint64_t)uart->first_port + UART_DATA, 1, byte},
    };
}

/* The entries of a batch are consumed by one enter, in order, before the loop waits again. */
void console_send(struct console *console)
{
    uint8_t bytes[UART_FIFO_BYTES];
    uint32_t count = queue_peek(&console->output, bytes, sizeof bytes);

    if (console->sending > 0 || count == 0 ||
        (uart_read(&console->uart, UART_LINE_STATUS) & UART_TRANSMIT_EMPTY) == 0)
        return;
    while (console->sending < count) {
        struct sg_submission submission = write_data(&console->uart, bytes[console->sending]);

        if (sg_loop_submit(&console->loop, &submission, &console->sent) != SG_OK)
            break;
        console->sending++;
    }
    queue_drop(&console->output, console->sending);
    sg_count(sent, console->sending);
    console_admit_writes(console);
}

void console_work(struct console *console)
{
    struct sg_submission nothing = {.opcode = SG_OP_NOP};

    if (!console_receive(console))
        (void)sg_loop_submit(&console->loop, &nothing, &console->again);
    console_answer_reads(console);
    console_send(console);
}
