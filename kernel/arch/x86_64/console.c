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
    if (byte == '\n')
        put('\r');
    for (uint32_t polls = POLLS_MAX; polls > 0; polls--)
        if (x86_in8(REGISTER_STATUS) & STATUS_CAN_SEND)
            break;
    x86_out8(REGISTER_DATA, (uint8_t)byte);
}

static void put_text(const char *text)
{
    while (*text != 0)
        put(*text++);
}

/* With at least so many digits. */
static void put_number(uint64_t value, uint32_t base, uint32_t digits_least)
{
    char digits[21];
    uint32_t first = sizeof(digits) - 1;

    digits[first] = 0;
    for (uint32_t i = 0; i < digits_least || value != 0; i++) {
        digits[--first] = "0123456789abcdef"[value % base];
        value /= base;
    }
    put_text(digits + first);
}

void console_print_list(const char *format, va_list arguments)
{
    for (; *format != 0; format++) {
        if (*format != '%')
            put(*format);
        else if (*++format == 's')
            put_text(va_arg(arguments, const char *));
        else if (*format == 'u')
            put_number(va_arg(arguments, uint32_t), 10, 1);
        else if (*++format == 'u')
            put_number(va_arg(arguments, uint64_t), 10, 1);
        else
            put_number(va_arg(arguments, uint64_t), 16, 16);
    }
}

void console_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    console_print_list(format, arguments);
    va_end(arguments);
}
