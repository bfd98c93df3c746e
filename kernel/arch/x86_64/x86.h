/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions C has no words for, and the bits of the registers they reach. */
#pragma once

#include "core/base.h"

#define MSR_APIC_BASE 0x1bu
#define MSR_SYSENTER_CS 0x174u
#define MSR_TSC_DEADLINE 0x6e0u
#define MSR_X2APIC 0x800u
#define MSR_EFER 0xc0000080u
#define MSR_STAR 0xc0000081u
#define MSR_LSTAR 0xc0000082u
#define MSR_SYSCALL_MASK 0xc0000084u
#define MSR_FS_BASE 0xc0000100u
#define MSR_GS_BASE 0xc0000101u
#define MSR_USER_GS_BASE 0xc0000102u

#define EFER_SYSCALL (UINT64_C(1) << 0)
#define EFER_NX (UINT64_C(1) << 11)

/* CR0: protected mode, native x87 errors, write protection, paging; no emulation, no alignment
   checks. */
#define CR0_VALUE UINT64_C(0x80010033)

#define CR4_PAE (UINT64_C(1) << 5)
#define CR4_MACHINE_CHECK (UINT64_C(1) << 6)
#define CR4_GLOBAL_PAGES (UINT64_C(1) << 7)
#define CR4_FXSR (UINT64_C(1) << 9)
#define CR4_VECTOR_EXCEPTIONS (UINT64_C(1) << 10)
#define CR4_UMIP (UINT64_C(1) << 11)
#define CR4_SMEP (UINT64_C(1) << 20)
#define CR4_SMAP (UINT64_C(1) << 21)

#define RFLAGS_FIXED (UINT64_C(1) << 1)
#define RFLAGS_INTERRUPTS (UINT64_C(1) << 9)

/* Code that is unmapped with the rest of .boot_text before the first thread runs. */
#define BOOT_CODE __attribute__((section(".boot_text"))) NOINLINE

struct cpuid {
    uint32_t a, b, c, d;
};

static inline struct cpuid x86_cpuid(uint32_t leaf)
{
    struct cpuid id;

    __asm__("cpuid" : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d) : "a"(leaf), "c"(0));
    return id;
}

static inline uint64_t x86_read_msr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void x86_write_msr_halves(uint32_t msr, uint32_t low, uint32_t high)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"(low), "d"(high) : "memory");
}

static inline void x86_write_msr(uint32_t msr, uint64_t value)
{
    x86_write_msr_halves(msr, (uint32_t)value, (uint32_t)(value >> 32));
}

static inline uint64_t x86_read_tsc(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline uint64_t x86_read_cr2(void)
{
    uint64_t value;

    __asm__ volatile("movq %%cr2, %0" : "=r"(value));
    return value;
}

static inline uint64_t x86_read_cr3(void)
{
    uint64_t value;

    __asm__ volatile("movq %%cr3, %0" : "=r"(value));
    return value;
}

static inline void x86_write_cr3(uint64_t value)
{
    __asm__ volatile("movq %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t x86_read_cr4(void)
{
    uint64_t value;

    __asm__ volatile("movq %%cr4, %0" : "=r"(value));
    return value;
}

static inline void x86_write_cr4(uint64_t value)
{
    __asm__ volatile("movq %0, %%cr4" : : "r"(value) : "memory");
}

static inline void x86_pause(void)
{
    __asm__ volatile("pause");
}

static inline void x86_flush_page(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* x86_in8, x86_out8 and so on: one access of a port, of 8, 16 or 32 bits. */
#define X86_PORT(bits, suffix)                                               \
    static inline uint##bits##_t x86_in##bits(uint16_t port)                 \
    {                                                                        \
        uint##bits##_t value;                                                \
                                                                             \
        __asm__ volatile("in" suffix " %1, %0" : "=a"(value) : "Nd"(port));  \
        return value;                                                        \
    }                                                                        \
    static inline void x86_out##bits(uint16_t port, uint##bits##_t value)    \
    {                                                                        \
        __asm__ volatile("out" suffix " %0, %1" : : "a"(value), "Nd"(port)); \
    }
X86_PORT(8, "b")
X86_PORT(16, "w")
X86_PORT(32, "l")

/* Registers of a device: every access happens, in order, once. */
static inline uint32_t x86_device_read(const void *registers, uint32_t offset)
{
    return *(const volatile uint32_t *)((const uint8_t *)registers + offset);
}

static inline void x86_device_write(void *registers, uint32_t offset, uint32_t value)
{
    *(volatile uint32_t *)((uint8_t *)registers + offset) = value;
}
