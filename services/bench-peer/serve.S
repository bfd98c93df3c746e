/* SPDX-License-Identifier: BSD-2-Clause */
/* The shortest servers there can be: what is measured is the kernel. Registers of invoke:
   abi/ring.h. */

#define OP_CALL 2
#define OP_RECV 3
#define OP_REPLY 4
#define FLAG_REARM (1 << 8)
#define METHOD_WAIT (1 << 16)

    .text

/* rdi: endpoint */
    .globl peer_serve_registers
peer_serve_registers:
    push %rdi
    mov $OP_RECV, %eax
    mov $-1, %r13
    syscall
1:  test %eax, %eax
    js 2f
    mov %r13d, %r14d
    movabs $(OP_REPLY | FLAG_REARM | 64 << 32), %rax
    mov (%rsp), %rdi
    mov $-1, %r13
    syscall
    jmp 1b
2:  movslq %eax, %rax
    pop %rdi
    ret

/* rdi: endpoint, rsi: five message words without a send length, rdx: reply operation with REARM and
   ARENA */
    .globl peer_serve_arena
peer_serve_arena:
    push %rdx
    push %rsi
    push %rdi
    mov $(OP_RECV | 2 << 8), %eax
    xor %r14d, %r14d
    jmp 2f
1:  test %eax, %eax
    js 3f
    mov %r13d, %r14d
    mov %rax, %rsi
    shl $32, %rsi                      /* as many bytes back */
    mov 16(%rsp), %rax
    mov 8(%rsp), %rbx
    or 0(%rbx), %rsi
    jmp 4f
2:  mov 8(%rsp), %rbx
    mov 0(%rbx), %rsi
4:
    mov 8(%rbx), %rdx
    mov 16(%rbx), %r10
    mov 24(%rbx), %r8
    mov 32(%rbx), %r9
    mov (%rsp), %rdi
    mov $-1, %r13
    syscall
    jmp 1b
3:  movslq %eax, %rax
    add $24, %rsp
    ret

/* rdi: notification to wait for, rsi: notification to signal */
    .globl peer_pass_signals
peer_pass_signals:
    push %rsi
    push %rdi
1:  mov $(OP_CALL | METHOD_WAIT), %eax
    mov (%rsp), %rdi
    mov $-1, %r13
    syscall
    test %eax, %eax
    js 2f
    mov $OP_CALL, %eax
    mov 8(%rsp), %rdi
    syscall
    jmp 1b
2:  movslq %eax, %rax
    add $16, %rsp
    ret

    .section .note.GNU-stack, "", @progbits
