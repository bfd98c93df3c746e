/* SPDX-License-Identifier: BSD-2-Clause */
/* The first instructions: the boot loader enters boot_entry in 32-bit protected mode, paging off.
   Checks what the processor must have, maps the first 4 GiB twice (where they are, and at
   DIRECT_MAP) and the image at IMAGE_OFFSET, and goes on in 64 bits in arch_start. None of this code
   stays mapped. */
#include "arch/x86_64/layout.h"

#define PHYSICAL(symbol) ((symbol) - IMAGE_OFFSET)

#define ENTRY_TABLE 0x003        /* present, writable */
#define ENTRY_LARGE 0x083        /* present, writable, 2 MiB */
#define SERIAL_PORT 0x3f8

/* Fills a table with entries whose addresses are a step apart. */
.macro fill table, entry, step, count
    movl $PHYSICAL(\table), %edi
    movl $\entry, %eax
    movl $\count, %ecx
1:  movl %eax, (%edi)
    addl $\step, %eax
    addl $8, %edi
    loop 1b
.endm

/* From paging off, in protected or real mode, to paging in long mode; far jumps follow. */
.macro enable_long_mode gdt_pointer:vararg
    movl $0x20, %eax             /* CR4: physical address extension */
    movl %eax, %cr4
    movl $PHYSICAL(early_root), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx       /* EFER: system calls, long mode, no-execute */
    movl $0x901, %eax
    xorl %edx, %edx
    wrmsr
    lgdtl \gdt_pointer
    movl $0x80010033, %eax       /* CR0_VALUE of x86.h */
    movl %eax, %cr0
.endm

/* What the processor must have: CPUID leaf, bit in edx, and what is said without it. */
.macro require leaf, bit, name
    .long \leaf, 1 << \bit, PHYSICAL(1f)
    .subsection 1
1:  text_refused "\name"
    .previous
.endm

.macro text_refused name
    .asciz "signet: refused: processor: found no \name, which is required\r\n"
.endm

.section .multiboot, "a"
.balign 8
multiboot_header:
    .long 0xe85250d6, 0, multiboot_end - multiboot_header
    .long -(0xe85250d6 + (multiboot_end - multiboot_header))
    .long 3, 12, PHYSICAL(boot_entry)
    .balign 8
    .long 6, 8                   /* modules start on pages */
    .long 0, 8                   /* end */
multiboot_end:

.section .boot, "ax"
.code32
.global boot_entry
boot_entry:
    cli
    cld
    movl $PHYSICAL(boot_stacks + 4096 + STACK_BYTES), %esp
    movl %eax, %ebp              /* kept in ebp and on the stack: magic, boot information */
    pushl %ebx

    /* A processor with CPUID can flip bit 21 of the flags. */
    pushfl
    popl %eax
    movl %eax, %ecx
    xorl $0x200000, %eax
    pushl %eax
    popfl
    pushfl
    popl %eax
    cmpl %ecx, %eax
    movl $PHYSICAL(text_cpuid), %esi
    je refuse

    movl $0x80000000, %eax
    cpuid
    cmpl $0x80000001, %eax
    movl $PHYSICAL(text_long_mode), %esi
    jb refuse

    /* Each requirement: CPUID leaf, bit in edx, its name. */
    movl $PHYSICAL(requirements), %edi
1:  movl (%edi), %eax
    testl %eax, %eax
    jz 2f
    cpuid
    movl 8(%edi), %esi
    testl %edx, 4(%edi)
    jz refuse
    addl $12, %edi
    jmp 1b

2:  fill early_directory, ENTRY_LARGE, 0x200000, 2048
    fill early_low, PHYSICAL(early_directory) + ENTRY_TABLE, 4096, 4
    movl $PHYSICAL(early_directory) + ENTRY_TABLE, PHYSICAL(early_high) + 510 * 8
    movl $PHYSICAL(early_low) + ENTRY_TABLE, PHYSICAL(early_root)
    movl $PHYSICAL(early_low) + ENTRY_TABLE, PHYSICAL(early_root) + 256 * 8
    movl $PHYSICAL(early_high) + ENTRY_TABLE, PHYSICAL(early_root) + 511 * 8

    enable_long_mode PHYSICAL(early_gdt_pointer)
    popl %esi
    ljmp $SELECTOR_KERNEL_CODE, $PHYSICAL(boot_long)

/* esi: what is said on the serial port before the end. */
refuse:
1:  lodsb
    testb %al, %al
    jz 3f
    movb %al, %ah
    movl $100000, %ecx
    movw $SERIAL_PORT + 5, %dx
2:  inb %dx, %al
    testb $0x20, %al
    loopz 2b
    movb %ah, %al
    movw $SERIAL_PORT, %dx
    outb %al, %dx
    jmp 1b
3:  movb $PANIC_STATUS, %al
    outb %al, $PANIC_PORT
4:  hlt
    jmp 4b

.code64
boot_long:
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ss
    xorl %eax, %eax
    .irp segment, ds, es, fs, gs
    movl %eax, %\segment
    .endr
    movl %ebp, %edi
    movl %esi, %esi
    movq $boot_stacks + 4096 + STACK_BYTES, %rsp
    xorl %ebp, %ebp
    movq $arch_start, %rax
    call *%rax
    ud2

.balign 8
early_gdt:
    .quad 0
    .quad 0x00af9b000000ffff     /* kernel code */
    .quad 0x00cf93000000ffff     /* kernel data */

/* A CPU that is started begins here in real mode: [start_code, start_code_end) is copied to the start
   of some page below 1 MiB. Its next instructions are where they are in the image. */
.code16
.global start_code, start_code_end
start_code:
    cli
    enable_long_mode %cs:early_gdt_pointer - start_code
    ljmpl $SELECTOR_KERNEL_CODE, $PHYSICAL(start_long)
early_gdt_pointer:
    .short 23
    .long PHYSICAL(early_gdt)
start_code_end:

.code64
start_long:                      /* the data segments are null since the reset */
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ss
    movq $cpus_starting, %rdi
    movq (%rdi), %rdi
    movq $start_high, %rax
    jmp *%rax

/* Mapped by the final tables too, until the first thread runs. rdi: this CPU's area. */
.section .boot_text, "ax"
start_high:
    testq %rdi, %rdi
    jnz 2f
1:  hlt                          /* it was given up meanwhile */
    jmp 1b
2:  movq AREA_KERNEL_ROOT(%rdi), %rax
    movq %rax, %cr3
    movq AREA_CPU(%rdi), %rax
    movq CPU_STACK_TOP(%rax), %rsp
    xorl %ebp, %ebp
    call cpus_enter
    ud2

.section .boot
.balign 4
requirements:
    require 0x80000001, 29, "64-bit mode"
    require 0x80000001, 20, "no-execute pages (NX)"
    require 0x80000001, 11, "SYSCALL"
    require 1, 4, "time-stamp counter"
    require 1, 5, "model-specific registers"
    require 1, 9, "local APIC"
    require 1, 13, "global pages (PGE)"
    require 1, 24, "FXSAVE"
    require 1, 26, "SSE2"
    .long 0
text_cpuid:
    text_refused "CPUID"
text_long_mode:
    text_refused "64-bit mode"

.section .bss.page, "aw", @nobits
.balign 4096
.global early_root
early_root:      .skip 4096
early_low:       .skip 4096
early_high:      .skip 4096
early_directory: .skip 4 * 4096
