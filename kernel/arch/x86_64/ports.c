/* SPDX-License-Identifier: BSD-2-Clause */
/* I/O ports, and the moment in which the kernel lets interrupts in. */
#include "arch/arch.h"
#include "arch/x86_64/x86.h"

uint32_t arch_port_in(uint16_t port, uint32_t width)
{
    switch (width) {
    case 1:
        return x86_in8(port);
    case 2:
        return x86_in16(port);
    default:
        ASSERT(width == 4);
        return x86_in32(port);
    }
}

void arch_port_out(uint16_t port, uint32_t width, uint32_t value)
{
    switch (width) {
    case 1:
        x86_out8(port, (uint8_t)value);
        break;
    case 2:
        x86_out16(port, (uint16_t)value);
        break;
    default:
        ASSERT(width == 4);
        x86_out32(port, value);
    }
}

/* sti takes effect after one more instruction. */
void arch_interrupt_window(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}
