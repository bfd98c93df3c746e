/* SPDX-License-Identifier: BSD-2-Clause */
/* The shortest servers there can be: what is measured is the kernel. Registers of invoke:
   abi/ring.h. */

#define OP_CALL 2
#define OP_RECV 3
#define OP_REPLY 4
#define FLAG_REARM (1 << 8)
#define METHOD_WAIT (1 << 16)

/* MARK(MARK_END) of services/bench/mark.h */
    .macro mark_end
    .byte 0x0f, 0x1f, 0x84, 0x00
    .long 0x53670002
    .endm

    .text

/* rdi: endpoint */
    .globl peer_serve_registers
peer_serve_registers:
    push %rdi
    mov $OP_RECV, %eax
    jmp 2f
1:  mov $(OP_REPLY | FLAG_REARM | 64 << 24), %eax
2:  mov (%rsp), %rdi
    xor %edx, %edx                     /* SG_TOKEN_REGISTERS */
    syscall
    test %eax, %eax
    jns 1b
    movslq %eax, %rax
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
    xor %edi, %edi
    jmp 2f
1:  test %eax, %eax
    js 3f
    mov 16(%rsp), %rax
2:  mov 8(%rsp), %rbx
    mov %rdi, %r8
    shl $32, %r8                       /* as many bytes back */
    or 0(%rbx), %r8
    mov 8(%rbx), %r9
    mov 24(%rbx), %rbp
    mov 32(%rbx), %r12
    mov 16(%rbx), %rbx
    mov (%rsp), %rdi
    xor %edx, %edx                     /* SG_TOKEN_REGISTERS */
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

/* rdi: struct peer_stamp *, as peer.h has it */
    .globl peer_stamp
peer_stamp:
    push %rbx
    push %rdi
1:  mov (%rsp), %rbx
    mov 0(%rbx), %rax
    mov 8(%rbx), %rdi
    syscall
    mov %eax, %r10d
    rdtsc
    mark_end
    mov (%rsp), %rbx
    mov 32(%rbx), %rcx
    shl $32, %rdx
    or %rdx, %rax
    mov %rax, (%rcx)
    test %r10d, %r10d
    js 2f
    mov 16(%rbx), %rax
    mov 24(%rbx), %rdi
    syscall
    jmp 1b
2:  movslq %r10d, %rax
    pop %rdi
    pop %rbx
    ret

    .section .note.GNU-stack, "", @progbits
