/* SPDX-License-Identifier: BSD-2-Clause */
/* Segment and interrupt descriptors. User mode can load its code and data segment and null, nothing
   else; only breakpoints may be raised by an INT instruction. */
#include "arch/x86_64/area.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/x86.h"
#include "object/machine.h"

struct gate {
    uint64_t low;
    uint64_t high;
};

struct table_pointer {
    uint16_t limit;
    const void *base;
} __attribute__((packed));

#define GATE_COUNT 256u
#define GATE_INTERRUPT (UINT64_C(0x8e) << 40) /* present, interrupts off */
#define GATE_FOR_USER (UINT64_C(0x60) << 40)
#define STUB_BYTES 16u

#define SEGMENT_KERNEL_CODE UINT64_C(0x00af9b000000ffff)
#define SEGMENT_KERNEL_DATA UINT64_C(0x00cf93000000ffff)
#define SEGMENT_USER_DATA UINT64_C(0x00cff3000000ffff)
#define SEGMENT_USER_CODE UINT64_C(0x00affb000000ffff)
#define SEGMENT_TSS UINT64_C(0x0000890000000000)

enum interrupt_stack { STACK_COMMON = 0, STACK_DOUBLE_FAULT = 1, STACK_ABORT = 2 };

extern const uint8_t trap_stubs[];
extern const uint8_t trap_ignore[];

struct area areas[SG_BOOT_CPUS_MAX];
struct area_stacks boot_stacks __attribute__((section(".bss.page")));
static struct gate gates[GATE_COUNT];

static struct gate make_gate(const uint8_t *entry, enum interrupt_stack stack)
{
    uint64_t address = (uint64_t)entry;

    return (struct gate){
        .low = (address & 0xffff) | SELECTOR_KERNEL_CODE << 16 | (uint64_t)stack << 32 |
               GATE_INTERRUPT | (address >> 16 & 0xffff) << 48,
        .high = address >> 32,
    };
}

void trap_gates_init(void)
{
    for (uint32_t vector = 0; vector < VECTOR_END; vector++)
        gates[vector] = make_gate(trap_stubs + vector * STUB_BYTES, STACK_COMMON);
    gates[2] = make_gate(trap_stubs + 2 * STUB_BYTES, STACK_ABORT);
    gates[8] = make_gate(trap_stubs + 8 * STUB_BYTES, STACK_DOUBLE_FAULT);
    gates[18] = make_gate(trap_stubs + 18 * STUB_BYTES, STACK_ABORT);
    gates[3].low |= GATE_FOR_USER;
    gates[VECTOR_SPURIOUS] = make_gate(trap_ignore, STACK_COMMON);
}

void area_init(uint32_t number)
{
    struct area *area = &areas[number];
    const struct area_stacks *stacks = area_stacks(number);
    uint64_t tss = (uint64_t)&area->tss;

    area->cpu = &cpus[number];
    area->cpu->arch = (struct arch_cpu){(uint64_t)stacks->double_fault_guard, area, &cpus[number]};
    area->deadline_ns = UINT64_MAX;
    area->tss = (struct tss){
        .stack = {area->cpu->arch.stack_top},
        .interrupt_stack = {(uint64_t)stacks->abort_guard, (uint64_t)(stacks + 1)},
        .port_map = sizeof(struct tss),
    };
    area->gdt[SELECTOR_KERNEL_CODE / 8] = SEGMENT_KERNEL_CODE;
    area->gdt[SELECTOR_KERNEL_DATA / 8] = SEGMENT_KERNEL_DATA;
    area->gdt[SELECTOR_USER_DATA / 8] = SEGMENT_USER_DATA;
    area->gdt[SELECTOR_USER_CODE / 8] = SEGMENT_USER_CODE;
    area->gdt[SELECTOR_TSS / 8] =
        SEGMENT_TSS | (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
    area->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
}

void area_load(struct area *area)
{
    struct table_pointer gdt = {sizeof(area->gdt) - 1, area->gdt};
    struct table_pointer idt = {sizeof(gates) - 1, gates};

    x86_write_msr(MSR_GS_BASE, (uint64_t)area->cpu);
    x86_write_msr(MSR_USER_GS_BASE, 0);
    __asm__ volatile("lgdt %0; lidt %1; lldt %w2; ltr %w3"
                     :
                     : "m"(gdt), "m"(idt), "r"(0), "r"(SELECTOR_TSS)
                     : "memory");
}
