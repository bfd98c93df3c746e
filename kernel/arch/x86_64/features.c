/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/features.h"

#include "arch/x86_64/console.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/x86.h"

#define LEAF_FEATURES 7u
#define CPUID_B_SMEP (1u << 7)
#define CPUID_B_SMAP (1u << 20)
#define CPUID_C_UMIP (1u << 2)

/* Cleared when a system call enters: everything but the fixed bit. */
#define SYSCALL_FLAGS_CLEARED UINT64_C(0x3f7fd5)

extern const char entry_syscall[];

/* The bits of CR4 for what protects more on processors that have it. */
static uint64_t optional_cr4(void)
{
    struct cpuid id = {0};

    if (x86_cpuid(0).a >= LEAF_FEATURES)
        id = x86_cpuid(LEAF_FEATURES);
    return (id.b & CPUID_B_SMEP ? CR4_SMEP : 0) | (id.b & CPUID_B_SMAP ? CR4_SMAP : 0) |
           (id.c & CPUID_C_UMIP ? CR4_UMIP : 0);
}

void features_init(void)
{
    __asm__ volatile("movq %0, %%cr0" : : "r"(CR0_VALUE) : "memory");
    /* No XSAVE, so no vector state beyond FXSAVE's; no FSGSBASE, so user mode cannot set %gs. */
    x86_write_cr4(CR4_PAE | CR4_MACHINE_CHECK | CR4_GLOBAL_PAGES | CR4_FXSR |
                  CR4_VECTOR_EXCEPTIONS | optional_cr4());
    x86_write_msr(MSR_EFER, x86_read_msr(MSR_EFER) | EFER_SYSCALL | EFER_NX);
    x86_write_msr(MSR_STAR, (uint64_t)(SELECTOR_SYSRET_BASE | 3) << 48 |
                                (uint64_t)SELECTOR_KERNEL_CODE << 32);
    x86_write_msr(MSR_LSTAR, (uint64_t)entry_syscall);
    x86_write_msr(MSR_SYSCALL_MASK, SYSCALL_FLAGS_CLEARED);
    x86_write_msr(MSR_SYSENTER_CS, 0);
}

void features_print(void)
{
    uint64_t cr4 = x86_read_cr4();

    console_print("features nx%s%s%s\n", cr4 & CR4_SMEP ? " smep" : "",
                  cr4 & CR4_SMAP ? " smap" : "", cr4 & CR4_UMIP ? " umip" : "");
}
