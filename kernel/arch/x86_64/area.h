/* SPDX-License-Identifier: BSD-2-Clause */
/* What one CPU needs of its own beside its struct cpu: its segment tables, its mailbox and its stacks,
   each with an unmapped page below. */
#pragma once

#include "abi/boot.h"
#include "arch/x86_64/flush.h"
#include "arch/x86_64/layout.h"
#include "core/base.h"

struct cpu;

struct tss {
    uint32_t reserved0;
    uint64_t stack[3];
    uint64_t reserved1;
    uint64_t interrupt_stack[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t port_map; /* past the limit: no port is open to user mode */
} __attribute__((packed));

struct area {
    struct cpu *cpu;
    uint64_t kernel_root; /* tables without a user half, for idling */
    uint64_t deadline_ns; /* of the one-shot timer; UINT64_MAX when it is off */
    uint64_t started_tsc; /* when the CPU had started; 0 before */
    uint32_t apic_id;     /* the hardware's name for it */
    struct flush flush;
    uint64_t gdt[GDT_ENTRIES];
    struct tss tss;
} ALIGNED(64);

_Static_assert(offsetof(struct area, cpu) == AREA_CPU, "boot.S");
_Static_assert(offsetof(struct area, kernel_root) == AREA_KERNEL_ROOT, "boot.S");
_Static_assert(sizeof(struct tss) == 104, "hardware");

struct area_stacks {
    uint8_t guard[PAGE_SIZE];
    uint8_t kernel[STACK_BYTES];
    uint8_t double_fault_guard[PAGE_SIZE];
    uint8_t double_fault[INTERRUPT_STACK_BYTES];
    uint8_t abort_guard[PAGE_SIZE];
    uint8_t abort[INTERRUPT_STACK_BYTES]; /* NMI and machine check */
} ALIGNED(4096);

extern struct area areas[SG_BOOT_CPUS_MAX]; /* by CPU number */
extern struct area_stacks boot_stacks;      /* the first CPU's */

/* The stacks of a CPU; those of others than the first are mapped when there is such a CPU. */
static inline struct area_stacks *area_stacks(uint32_t number)
{
    return number == 0 ? &boot_stacks : (struct area_stacks *)STACKS_MAP + (number - 1);
}

/* This CPU's area. */
static inline struct area *area_self(void)
{
    struct area *area;

    __asm__("movq %%gs:%c1, %0" : "=r"(area) : "i"(CPU_AREA));
    return area;
}

/* Fills in the area of a CPU. */
void area_init(uint32_t number);

/* Makes an area that of the CPU that runs: %gs, segments, gates. */
void area_load(struct area *area);
