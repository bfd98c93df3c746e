/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/console.h"

#include "arch/x86_64/x86.h"

#define PORT 0x3f8u
#define REGISTER_DATA (PORT + 0)
#define REGISTER_INTERRUPTS (PORT + 1)
#define REGISTER_FIFO (PORT + 2)
#define REGISTER_LINE (PORT + 3)
#define REGISTER_MODEM (PORT + 4)
#define REGISTER_STATUS (PORT + 5)

#define LINE_DIVISOR 0x80u
#define LINE_8N1 0x03u
#define STATUS_CAN_SEND 0x20u
#define POLLS_MAX 100000u

void console_init(void)
{
    x86_out8(REGISTER_INTERRUPTS, 0);
    x86_out8(REGISTER_LINE, LINE_DIVISOR);
    x86_out8(REGISTER_DATA, 1);
    x86_out8(REGISTER_INTERRUPTS, 0);
    x86_out8(REGISTER_LINE, LINE_8N1);
    x86_out8(REGISTER_FIFO, 0x07);
    x86_out8(REGISTER_MODEM, 0x03);
}

static void put(char byte)
{
    for (uint32_t polls = 0; polls < POLLS_MAX; polls++) {
        if (x86_in8(REGISTER_STATUS) & STATUS_CAN_SEND)
            break;
    }
    x86_out8(REGISTER_DATA, (uint8_t)byte);
}

void console_text(const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '\n')
            put('\r');
        put(*text);
    }
}

void console_decimal(uint64_t value)
{
    char digits[21];
    uint32_t first = sizeof(digits) - 1;

    digits[first] = 0;
    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    console_text(digits + first);
}

void console_hex(uint64_t value)
{
    char digits[19] = "0x0000000000000000";

    for (uint32_t i = 17; i > 1; i--) {
        digits[i] = "0123456789abcdef"[value % 16];
        value /= 16;
    }
    console_text(digits);
}
