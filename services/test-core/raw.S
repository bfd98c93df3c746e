/* SPDX-License-Identifier: BSD-2-Clause */
/* raw.h says what each does. A struct raw: the vector image, then rax rbx rcx rdx rsi rdi rbp r8 .. r15. */

#define WORD(n) 512 + 8 * (n)
#define OP_CALL 2
#define METHOD_EXIT (3 << 16)
#define WRITES 256

    .intel_syntax noprefix

    .macro save_callee_saved
    .irp register, rbx, rbp, r12, r13, r14, r15
    push \register
    .endr
    .endm

    .macro restore_callee_saved
    .irp register, r15, r14, r13, r12, rbp, rbx
    pop \register
    .endr
    .endm

    /* The vector state as C has it. */
    .macro reset_vector
    fninit
    push 0x1f80
    ldmxcsr [rsp]
    pop rcx
    .endm

    .text
    .globl raw_call
    .balign 16
raw_call:
    save_callee_saved
    push rdi
    fxrstor64 [rdi]
    mov rax, [rdi + WORD(0)]
    mov rbx, [rdi + WORD(1)]
    mov rcx, [rdi + WORD(2)]
    mov rdx, [rdi + WORD(3)]
    mov rsi, [rdi + WORD(4)]
    mov rbp, [rdi + WORD(6)]
    mov r8, [rdi + WORD(7)]
    mov r9, [rdi + WORD(8)]
    mov r10, [rdi + WORD(9)]
    mov r11, [rdi + WORD(10)]
    mov r12, [rdi + WORD(11)]
    mov r13, [rdi + WORD(12)]
    mov r14, [rdi + WORD(13)]
    mov r15, [rdi + WORD(14)]
    mov rdi, [rdi + WORD(5)]
    syscall
    push rdi
    mov rdi, [rsp + 8]
    mov [rdi + WORD(0)], rax
    mov [rdi + WORD(1)], rbx
    mov [rdi + WORD(2)], rcx
    mov [rdi + WORD(3)], rdx
    mov [rdi + WORD(4)], rsi
    mov [rdi + WORD(6)], rbp
    mov [rdi + WORD(7)], r8
    mov [rdi + WORD(8)], r9
    mov [rdi + WORD(9)], r10
    mov [rdi + WORD(10)], r11
    mov [rdi + WORD(11)], r12
    mov [rdi + WORD(12)], r13
    mov [rdi + WORD(13)], r14
    mov [rdi + WORD(14)], r15
    pop rax
    mov [rdi + WORD(5)], rax
    fxsave64 [rdi]
    reset_vector
    pop rdi
    restore_callee_saved
    ret

    /* rdi: two images, rsi: value, rdx: turns */
    .globl raw_hold
    .balign 16
raw_hold:
    save_callee_saved
    push rdi
    push rsi
    push rdx
    fxrstor64 [rdi]
    .irp register, rax, rbx, rcx, rdx, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
    mov \register, rsi
    .endr
1:  dec qword ptr [rsp]
    jnz 1b
    .irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
    cmp \register, [rsp + 8]
    jne 2f
    .endr
    xor eax, eax
    jmp 3f
2:  mov eax, 1
3:  mov rdi, [rsp + 16]
    fxsave64 [rdi + 512]
    reset_vector
    add rsp, 24
    restore_callee_saved
    ret

    .globl raw_fault
    .balign 16
raw_fault:
    .irp register, rax, rbx, rcx, rdx, rsi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
    mov \register, rdi
    .endr
    ud2

    .globl raw_flags
    .balign 16
raw_flags:
    push rdi
    popfq
    mov eax, 1                   /* SG_OP_NOP */
    syscall
    jmp 1f

    .globl raw_show
    .balign 16
raw_show:
    mov [rdi + 8 * 0], rax
    mov [rdi + 8 * 1], rbx
    mov [rdi + 8 * 2], rcx
    mov [rdi + 8 * 3], rdx
    mov [rdi + 8 * 4], rsi
    mov [rdi + 8 * 5], rdi
    mov [rdi + 8 * 6], rbp
    mov [rdi + 8 * 7], r8
    mov [rdi + 8 * 8], r9
    mov [rdi + 8 * 9], r10
    mov [rdi + 8 * 10], r11
    mov [rdi + 8 * 11], r12
    mov [rdi + 8 * 12], r13
    mov [rdi + 8 * 13], r14
    mov [rdi + 8 * 14], r15
1:  mov eax, OP_CALL | METHOD_EXIT
    xor edi, edi
    xor r8d, r8d
    syscall
    jmp 1b

    /* rax: random, rbx: place, edx: what is written, r8d: until it pauses, so that an emulator whose CPUs
       take turns goes on to the next */
    .globl raw_scribble, raw_scribble_begin, raw_scribble_end
    .balign 16
raw_scribble:
raw_scribble_begin:
    movabs rax, 0x9e3779b97f4a7c15
0:  mov r8d, WRITES
1:  mov rcx, rax
    shl rcx, 13
    xor rax, rcx
    mov rcx, rax
    shr rcx, 7
    xor rax, rcx
    mov rcx, rax
    shl rcx, 17
    xor rax, rcx
    mov rbx, rax
    shr rbx, 16
    and ebx, 0x3ffc
    add rbx, rdi
    cmp rbx, rsp
    jae 1b
    mov rdx, rax
    shr rdx, 32
    test al, 1
    jz 2f
    and edx, 15
2:  mov [rbx], edx
    dec r8d
    jnz 1b
    pause
    jmp 0b
raw_scribble_end:

    .section .note.GNU-stack, "", @progbits
