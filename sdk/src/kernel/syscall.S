/* SPDX-License-Identifier: BSD-2-Clause */
/* The two system calls. `enter` keeps the payload registers, all that C expects back among them; of
   `invoke` they are operands: what C expects back is saved here, and debuggers are told where (.cfi), so
   that they see through a call that waits. */

#define OFFSET_OPERATION 0
#define OFFSET_HANDLE    8
#define OFFSET_DEADLINE  16
#define OFFSET_TOKEN     24
#define OFFSET_WORD      32

    .intel_syntax noprefix
    .cfi_sections .debug_frame

    .macro save register
    push \register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
    .endm

    .macro restore register
    pop \register
    .cfi_adjust_cfa_offset -8
    .cfi_restore \register
    .endm

    .macro save_callee_saved
    save rbx
    save rbp
    save r12
    save r13
    save r14
    save r15
    .endm

    .macro restore_callee_saved
    restore r15
    restore r14
    restore r13
    restore r12
    restore rbp
    restore rbx
    .endm

    /* void sg_invoke(struct sg_registers *registers) */
    .section .text.sg_invoke, "ax", @progbits
    .globl sg_invoke
    .type sg_invoke, @function
    .balign 16
sg_invoke:
    .cfi_startproc
    save_callee_saved
    push rdi
    .cfi_adjust_cfa_offset 8
    mov rax, [rdi + OFFSET_OPERATION]
    mov rsi, [rdi + OFFSET_DEADLINE]
    mov rdx, [rdi + OFFSET_TOKEN]
    mov r8, [rdi + OFFSET_WORD]
    mov r9, [rdi + OFFSET_WORD + 8]
    mov rbx, [rdi + OFFSET_WORD + 16]
    mov rbp, [rdi + OFFSET_WORD + 24]
    mov r12, [rdi + OFFSET_WORD + 32]
    mov r13, [rdi + OFFSET_WORD + 40]
    mov r14, [rdi + OFFSET_WORD + 48]
    mov r15, [rdi + OFFSET_WORD + 56]
    mov rdi, [rdi + OFFSET_HANDLE]
    syscall
    pop r11
    .cfi_adjust_cfa_offset -8
    mov [r11 + OFFSET_OPERATION], rax
    mov [r11 + OFFSET_HANDLE], rdx
    mov [r11 + OFFSET_DEADLINE], rdi
    mov [r11 + OFFSET_TOKEN], rsi
    mov [r11 + OFFSET_WORD], r8
    mov [r11 + OFFSET_WORD + 8], r9
    mov [r11 + OFFSET_WORD + 16], rbx
    mov [r11 + OFFSET_WORD + 24], rbp
    mov [r11 + OFFSET_WORD + 32], r12
    mov [r11 + OFFSET_WORD + 40], r13
    mov [r11 + OFFSET_WORD + 48], r14
    mov [r11 + OFFSET_WORD + 56], r15
    restore_callee_saved
    ret
    .cfi_endproc
    .size sg_invoke, . - sg_invoke

    /* struct sg_enter_result sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                       uint32_t flags)
       The 12-byte result is status and consumed in rax, unread in rdx. SG_OP_ENTER is 0. */
    .section .text.sg_enter, "ax", @progbits
    .globl sg_enter
    .type sg_enter, @function
    .balign 16
sg_enter:
    .cfi_startproc
    mov eax, ecx
    shl eax, 8
    shl rdi, 32
    shrd rdi, rsi, 32
    mov rsi, rdx
    syscall
    shl rax, 32
    shrd rax, rdx, 32
    shr rdx, 32
    ret
    .cfi_endproc
    .size sg_enter, . - sg_enter

    .section .note.GNU-stack, "", @progbits
