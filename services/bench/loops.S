/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of invoke: abi/ring.h. Every call of the kernel loses all registers but rsp, so what a
   loop needs is on the stack. */

#define OP_CALL 2
#define METHOD(n) ((n) << 16)

    .text

    .macro enter_loop
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro leave_loop
    movslq %eax, %rax
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret
    .endm

    .globl loop_empty
loop_empty:
1:  dec %rdi
    jnz 1b
    ret

/* rdi: operation, rsi: handle, rdx: count */
    .globl loop_invoke
loop_invoke:
    enter_loop
    push %rdx
    push %rsi
    push %rdi
1:  mov (%rsp), %rax
    mov 8(%rsp), %rdi
    syscall
    test %eax, %eax
    js 2f
    decq 16(%rsp)
    jnz 1b
2:  add $24, %rsp
    leave_loop

    .macro load_words from
    mov 0(\from), %r8
    mov 8(\from), %r9
    mov 24(\from), %rbp
    mov 32(\from), %r12
    mov 16(\from), %rbx               /* last: it may be the one that points */
    .endm

/* rdi: operation, rsi: handle, rdx: words, rcx: count */
    .globl loop_arguments
loop_arguments:
    enter_loop
    push %rcx
    push %rdx
    push %rsi
    push %rdi
1:  mov (%rsp), %rax
    mov 8(%rsp), %rdi
    mov 16(%rsp), %rbx
    load_words %rbx
    syscall
    test %eax, %eax
    js 2f
    decq 24(%rsp)
    jnz 1b
2:  add $32, %rsp
    leave_loop

/* rdi: aspace, rsi: words, rdx: count */
    .globl loop_map_unmap
loop_map_unmap:
    enter_loop
    push %rdx
    push %rsi
    push %rdi
1:  mov $(OP_CALL | METHOD(0)), %eax
    mov (%rsp), %rdi
    mov 8(%rsp), %rbx
    load_words %rbx
    syscall
    test %eax, %eax
    js 2f
    mov %rdx, %r8
    mov $(OP_CALL | METHOD(1)), %eax
    mov (%rsp), %rdi
    syscall
    test %eax, %eax
    js 2f
    decq 16(%rsp)
    jnz 1b
2:  add $24, %rsp
    leave_loop

/* rdi: handle, rsi: count */
    .globl loop_copy_release
loop_copy_release:
    enter_loop
    push %rsi
    push %rdi
1:  mov $(OP_CALL | METHOD(56)), %eax
    mov (%rsp), %rdi
    mov $-1, %r8
    xor %r9d, %r9d
    syscall
    test %eax, %eax
    js 2f
    mov %rdx, %rdi
    mov $(OP_CALL | METHOD(61)), %eax
    syscall
    test %eax, %eax
    js 2f
    decq 8(%rsp)
    jnz 1b
2:  add $16, %rsp
    leave_loop

/* rdi: untyped, rsi: words, rdx: count, rcx: handles */
    .globl loop_create
loop_create:
    enter_loop
    push %rcx
    push %rdx
    push %rsi
    push %rdi
1:  mov $(OP_CALL | METHOD(0)), %eax
    mov (%rsp), %rdi
    mov 8(%rsp), %rbx
    load_words %rbx
    mov 8(%rsp), %r10
    incq 8(%r10)
    syscall
    test %eax, %eax
    js 2f
    mov 24(%rsp), %rbx
    mov %rdx, (%rbx)
    addq $8, 24(%rsp)
    decq 16(%rsp)
    jnz 1b
2:  add $32, %rsp
    leave_loop

/* rdi: notification to signal, rsi: notification to wait for, rdx: count */
    .globl loop_signal_wait
loop_signal_wait:
    enter_loop
    push %rdx
    push %rsi
    push %rdi
1:  mov $(OP_CALL | METHOD(0)), %eax
    mov (%rsp), %rdi
    syscall
    mov $(OP_CALL | METHOD(1)), %eax
    mov 8(%rsp), %rdi
    syscall
    test %eax, %eax
    js 2f
    decq 16(%rsp)
    jnz 1b
2:  add $24, %rsp
    leave_loop

/* rdi: a word, rsi: its value; reads the counter again and again until the word has another one. Returns
   the low halves of what was read last, and before that: edx:eax. */
    .globl loop_until_stamped
loop_until_stamped:
    push %rbx
1:  mov %eax, %ebx
    rdtsc
    .byte 0x0f, 0x1f, 0x84, 0x00       /* MARK(MARK_BEGIN) of mark.h */
    .long 0x53670001
    cmp %rsi, (%rdi)
    je 1b
    shl $32, %rbx
    or %rbx, %rax
    pop %rbx
    ret

    .section .note.GNU-stack, "", @progbits
