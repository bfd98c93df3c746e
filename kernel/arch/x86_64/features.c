/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/features.h"

#include "arch/x86_64/console.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/x86.h"

/* Cleared when a system call enters: everything but the fixed bit. */
#define SYSCALL_FLAGS_CLEARED UINT64_C(0x3f7fd5)

extern const char entry_syscall[];

struct feature {
    const char *name;
    uint32_t leaf;
    enum { IN_B, IN_C } word;
    uint32_t bit;
    uint64_t cr4;
};

static const struct feature features[] = {
    {"smep", 7, IN_B, 7, CR4_SMEP},
    {"smap", 7, IN_B, 20, CR4_SMAP},
    {"umip", 7, IN_C, 2, CR4_UMIP},
};

#define FEATURE_COUNT (sizeof(features) / sizeof(features[0]))

static bool has(const struct feature *feature)
{
    struct cpuid id;

    if (x86_cpuid(0).a < feature->leaf)
        return false;
    id = x86_cpuid(feature->leaf);
    return ((feature->word == IN_B ? id.b : id.c) >> feature->bit & 1) != 0;
}

/* No XSAVE, so no vector state beyond FXSAVE's; no FSGSBASE, so user mode cannot set %gs. */
static uint64_t choose_cr4(void)
{
    uint64_t value =
        CR4_PAE | CR4_MACHINE_CHECK | CR4_GLOBAL_PAGES | CR4_FXSR | CR4_VECTOR_EXCEPTIONS;

    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if (has(&features[i]))
            value |= features[i].cr4;
    }
    return value;
}

void features_init(void)
{
    __asm__ volatile("movq %0, %%cr0" : : "r"(CR0_VALUE) : "memory");
    x86_write_cr4(choose_cr4());
    x86_write_msr(MSR_EFER, x86_read_msr(MSR_EFER) | EFER_SYSCALL | EFER_NX);
    x86_write_msr(MSR_STAR, (uint64_t)(SELECTOR_SYSRET_BASE | 3) << 48 |
                                (uint64_t)SELECTOR_KERNEL_CODE << 32);
    x86_write_msr(MSR_LSTAR, (uint64_t)entry_syscall);
    x86_write_msr(MSR_SYSCALL_MASK, SYSCALL_FLAGS_CLEARED);
    x86_write_msr(MSR_SYSENTER_CS, 0);
}

void features_print(void)
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if (has(&features[i])) {
            console_text(" ");
            console_text(features[i].name);
        }
    }
}
