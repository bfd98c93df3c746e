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

.section .multiboot, "a"
.balign 8
multiboot_header:
    .long 0xe85250d6
    .long 0
    .long multiboot_end - multiboot_header
    .long -(0xe85250d6 + (multiboot_end - multiboot_header))
    .short 3, 0                  /* entry address */
    .long 12
    .long PHYSICAL(boot_entry)
    .balign 8
    .short 6, 0                  /* modules start on pages */
    .long 8
    .short 0, 0                  /* end */
    .long 8
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

2:  movl $PHYSICAL(early_directory), %edi
    movl $ENTRY_LARGE, %eax
    xorl %edx, %edx
    movl $2048, %ecx
3:  movl %eax, (%edi)
    movl %edx, 4(%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 3b

    movl $PHYSICAL(early_directory) + ENTRY_TABLE, %eax
    movl $PHYSICAL(early_low), %edi
    movl $4, %ecx
4:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 4b

    movl $PHYSICAL(early_directory) + ENTRY_TABLE, PHYSICAL(early_high) + 510 * 8
    movl $PHYSICAL(early_low) + ENTRY_TABLE, PHYSICAL(early_root)
    movl $PHYSICAL(early_low) + ENTRY_TABLE, PHYSICAL(early_root) + 256 * 8
    movl $PHYSICAL(early_high) + ENTRY_TABLE, PHYSICAL(early_root) + 511 * 8

    movl $0x20, %eax             /* CR4: physical address extension */
    movl %eax, %cr4
    movl $PHYSICAL(early_root), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx       /* EFER: system calls, long mode, no-execute */
    rdmsr
    orl $0x901, %eax
    wrmsr
    movl $0x80010033, %eax       /* CR0_VALUE of x86.h */
    movl %eax, %cr0
    popl %esi
    lgdt PHYSICAL(early_gdt_pointer)
    ljmp $SELECTOR_KERNEL_CODE, $PHYSICAL(boot_long)

/* esi: what is missing. Says so on the serial port and stops. */
refuse:
    movl %esi, %ebx
    movl $PHYSICAL(text_refused), %esi
    call write
    movl %ebx, %esi
    call write
    movl $PHYSICAL(text_end), %esi
    call write
    movb $PANIC_STATUS, %al
    outb %al, $PANIC_PORT
5:  hlt
    jmp 5b

write:
    lodsb
    testb %al, %al
    jz 7f
    movb %al, %ah
    movl $100000, %ecx
    movw $SERIAL_PORT + 5, %dx
6:  inb %dx, %al
    testb $0x20, %al
    loopz 6b
    movb %ah, %al
    movw $SERIAL_PORT, %dx
    outb %al, %dx
    jmp write
7:  ret

.code64
boot_long:
    movl $SELECTOR_KERNEL_DATA, %eax
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
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
.global start_code
start_code:
    cli
    movl $0x20, %eax
    movl %eax, %cr4
    movl $PHYSICAL(early_root), %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    movl $0x901, %eax
    xorl %edx, %edx
    wrmsr
    lgdtl %cs:early_gdt_pointer - start_code
    movl $0x80010033, %eax
    movl %eax, %cr0
    ljmpl $SELECTOR_KERNEL_CODE, $PHYSICAL(start_long)
early_gdt_pointer:
    .short 23
    .long PHYSICAL(early_gdt)
.global start_code_end
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
    .long 0x80000001, 1 << 29, PHYSICAL(text_long_mode)
    .long 0x80000001, 1 << 20, PHYSICAL(text_no_execute)
    .long 0x80000001, 1 << 11, PHYSICAL(text_syscall)
    .long 1, 1 << 4, PHYSICAL(text_tsc)
    .long 1, 1 << 5, PHYSICAL(text_msr)
    .long 1, 1 << 9, PHYSICAL(text_apic)
    .long 1, 1 << 13, PHYSICAL(text_global)
    .long 1, 1 << 24, PHYSICAL(text_fxsr)
    .long 1, 1 << 26, PHYSICAL(text_sse2)
    .long 0

text_refused:    .asciz "signet: refused: processor: found no "
text_end:        .asciz ", which is required\r\n"
text_cpuid:      .asciz "CPUID"
text_long_mode:  .asciz "64-bit mode"
text_no_execute: .asciz "no-execute pages (NX)"
text_syscall:    .asciz "SYSCALL"
text_tsc:        .asciz "time-stamp counter"
text_msr:        .asciz "model-specific registers"
text_apic:       .asciz "local APIC"
text_global:     .asciz "global pages (PGE)"
text_fxsr:       .asciz "FXSAVE"
text_sse2:       .asciz "SSE2"

.section .bss.page, "aw", @nobits
.balign 4096
.global early_root
early_root:      .skip 4096
early_low:       .skip 4096
early_high:      .skip 4096
early_directory: .skip 4 * 4096
