/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things are: the kernel's half of every address space, segment selectors, interrupt vectors,
   and the offsets assembly uses. Only #defines, for C and assembly alike. */
#pragma once

/* PML4 entries 256..511, the same in every address space and never changed after boot. */
#define DIRECT_MAP 0xffff800000000000   /* all memory, never executable */
#define IMAGE_OFFSET 0xffffffff80000000 /* the kernel image: virtual minus physical address */
#define DEVICE_MAP 0xffffffffc0000000   /* registers of interrupt controllers */
#define STACKS_MAP 0xffffffffc0100000   /* kernel stacks of every CPU but the first */

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_SYSRET_BASE 0x18 /* SYSRET takes stack = base + 8, code = base + 16 */
#define SELECTOR_USER_DATA (0x20 | 3)
#define SELECTOR_USER_CODE (0x28 | 3)
#define SELECTOR_TSS 0x30
#define GDT_ENTRIES 8

/* Vectors: exceptions, the masked PIC's spurious ones, interrupt lines, then the local APIC's. */
#define VECTOR_EXCEPTIONS 32
#define VECTOR_PIC 32
#define VECTOR_LINES 48
#define LINES_MAX 64
#define VECTOR_TIMER (VECTOR_LINES + LINES_MAX)
#define VECTOR_ERROR (VECTOR_TIMER + 1)
#define VECTOR_NUDGE (VECTOR_TIMER + 2) /* another CPU: look again who is to run */
#define VECTOR_FLUSH (VECTOR_TIMER + 3) /* another CPU: forget translations */
#define VECTOR_END (VECTOR_TIMER + 4)
#define VECTOR_SPURIOUS 0xff

#define PANIC_PORT 0xf4 /* isa-debug-exit */
#define PANIC_STATUS 0x10
#define PVPANIC_PORT 0x505 /* pvpanic: who runs the machine may look at it before more is done */
#define PVPANIC_PANICKED 1

#define STACK_BYTES 16384
#define INTERRUPT_STACK_BYTES 4096

/* struct cpu, at %gs:0 in the kernel */
#define CPU_CURRENT 0
#define CPU_STACK_TOP 8
#define CPU_AREA 16
#define CPU_SELF 24

/* struct area */
#define AREA_CPU 0
#define AREA_KERNEL_ROOT 8

/* struct arch_context */
#define CONTEXT_OPERATION 0
#define CONTEXT_HANDLE 8
#define CONTEXT_DEADLINE 16
#define CONTEXT_TOKEN 24
#define CONTEXT_WORD 32
#define CONTEXT_RIP 96
#define CONTEXT_RFLAGS 104
#define CONTEXT_RSP 112
#define CONTEXT_IS_FULL 120
#define CONTEXT_RCX 128
#define CONTEXT_R11 136
#define CONTEXT_R10 144
