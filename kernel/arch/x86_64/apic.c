/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/apic.h"

#include "arch/x86_64/layout.h"
#include "arch/x86_64/x86.h"

enum apic_register {
    REGISTER_ID = 0x20,
    REGISTER_TASK_PRIORITY = 0x80,
    REGISTER_END = 0xb0,
    REGISTER_SPURIOUS = 0xf0,
    REGISTER_ERROR = 0x280,
    REGISTER_COMMAND = 0x300,
    REGISTER_DESTINATION = 0x310, /* xAPIC only */
    REGISTER_TIMER = 0x320,
    REGISTER_THERMAL = 0x330, /* then performance counters and two lines */
    REGISTER_LOCAL_ERROR = 0x370,
    REGISTER_TIMER_START = 0x380,
    REGISTER_TIMER_LEFT = 0x390,
    REGISTER_TIMER_DIVISOR = 0x3e0,
};

#define BASE_ENABLED (UINT64_C(1) << 11)
#define BASE_X2APIC (UINT64_C(1) << 10)
#define SPURIOUS_ENABLED 0x100u
#define LOCAL_MASKED 0x10000u
#define TIMER_TSC_DEADLINE 0x40000u
#define DIVIDE_BY_1 0xbu
#define COMMAND_TO_OTHERS 0xc0000u
#define COMMAND_ASSERT 0x4000u
#define COMMAND_NMI 0x400u
#define COMMAND_IS_ON_ITS_WAY 0x1000u
#define XAPIC_ID_MAX 0xfeu
#define CPUID_X2APIC (1u << 21)

#define PIC_FIRST 0x20u /* commands; data at the next port */
#define PIC_SECOND 0xa0u

static void *mapped; /* NULL: x2APIC */
static bool is_on;

static uint32_t read(enum apic_register offset)
{
    if (mapped == NULL)
        return (uint32_t)x86_read_msr(MSR_X2APIC + (uint32_t)offset / 16);
    return x86_device_read(mapped, offset);
}

static void write(enum apic_register offset, uint32_t value)
{
    if (mapped == NULL)
        x86_write_msr(MSR_X2APIC + (uint32_t)offset / 16, value);
    else
        x86_device_write(mapped, offset, value);
}

/* Moves an old controller off the exception vectors, then masks all its lines. */
static BOOT_CODE void silence_pic(uint16_t port, uint8_t vector, uint8_t wiring)
{
    x86_out8(port, 0x11);
    x86_out8(port + 1, vector);
    x86_out8(port + 1, wiring);
    x86_out8(port + 1, 1);
    x86_out8(port + 1, 0xff);
}

BOOT_CODE void apic_init(void *registers)
{
    silence_pic(PIC_FIRST, VECTOR_PIC, 4);
    silence_pic(PIC_SECOND, VECTOR_PIC + 8, 2);
    mapped = x86_cpuid(1).c & CPUID_X2APIC ? NULL : registers;
    apic_init_cpu();
    is_on = true;
}

BOOT_CODE void apic_init_cpu(void)
{
    uint64_t base = x86_read_msr(MSR_APIC_BASE) | BASE_ENABLED;

    x86_write_msr(MSR_APIC_BASE, base);
    if (mapped == NULL)
        x86_write_msr(MSR_APIC_BASE, base | BASE_X2APIC);
    write(REGISTER_TASK_PRIORITY, 0);
    for (uint32_t source = REGISTER_THERMAL; source < REGISTER_LOCAL_ERROR; source += 16)
        write(source, LOCAL_MASKED);
    write(REGISTER_LOCAL_ERROR, VECTOR_ERROR);
    write(REGISTER_TIMER, VECTOR_TIMER | LOCAL_MASKED);
    write(REGISTER_TIMER_DIVISOR, DIVIDE_BY_1);
    write(REGISTER_SPURIOUS, SPURIOUS_ENABLED | VECTOR_SPURIOUS);
    apic_clear_error();
    apic_end_of_interrupt();
}

BOOT_CODE uint32_t apic_id(void)
{
    return mapped == NULL ? read(REGISTER_ID) : read(REGISTER_ID) >> 24;
}

void apic_end_of_interrupt(void)
{
    write(REGISTER_END, 0);
}

void apic_clear_error(void)
{
    write(REGISTER_ERROR, 0);
}

BOOT_CODE bool apic_can_reach(uint32_t id)
{
    return mapped == NULL || id <= XAPIC_ID_MAX;
}

/* Every earlier store must be seen by the CPU that is interrupted: writing an x2APIC register does not
   wait for them by itself. */
void apic_send(uint32_t id, uint32_t command)
{
    if (mapped == NULL) {
        __asm__ volatile("mfence; lfence" : : : "memory");
        x86_write_msr_halves(MSR_X2APIC + REGISTER_COMMAND / 16, COMMAND_ASSERT | command, id);
        return;
    }
    while (read(REGISTER_COMMAND) & COMMAND_IS_ON_ITS_WAY)
        x86_pause();
    write(REGISTER_DESTINATION, id << 24);
    write(REGISTER_COMMAND, COMMAND_ASSERT | command);
}

void apic_stop_others(void)
{
    if (is_on)
        apic_send(0, COMMAND_TO_OTHERS | COMMAND_NMI);
}

void apic_timer_start(uint32_t count)
{
    write(REGISTER_TIMER_START, count);
}

BOOT_CODE uint32_t apic_timer_left(void)
{
    return read(REGISTER_TIMER_LEFT);
}

BOOT_CODE void apic_timer_enable(enum apic_timer_mode mode)
{
    write(REGISTER_TIMER, VECTOR_TIMER | (mode == APIC_TIMER_TSC ? TIMER_TSC_DEADLINE : 0));
    __asm__ volatile("mfence" : : : "memory"); /* before the first write of MSR_TSC_DEADLINE */
}
