/* SPDX-License-Identifier: BSD-2-Clause */
/* I/O ports, and the moment in which the kernel lets interrupts in. */
#include "arch/arch.h"
#include "arch/x86_64/x86.h"

uint32_t arch_port_in(uint16_t port, uint32_t width)
{
    return width == 1 ? x86_in8(port) : width == 2 ? x86_in16(port) : x86_in32(port);
}

void arch_port_out(uint16_t port, uint32_t width, uint32_t value)
{
    if (width == 1)
        x86_out8(port, (uint8_t)value);
    else if (width == 2)
        x86_out16(port, (uint16_t)value);
    else
        x86_out32(port, value);
}

/* sti takes effect after one more instruction. */
void arch_interrupt_window(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}
