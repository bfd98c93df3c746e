/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way from user mode into the kernel and back, and interrupts inside it.

   %gs points to this CPU's struct cpu in the kernel and to 0 in user mode. Between the first
   instruction of an entry and its swapgs, and after the swapgs of an exit, nothing may fault:
   interrupts are off and NMI and machine check never return.

   System call: kernel_exchange gets and gives the registers themselves, so a message in registers
   crosses without being stored. The long way stores them all in the thread's context and returns the
   thread to resume with everything in its own. SYSRET is safe because rip comes from a SYSCALL made
   below SG_USER_END: the last page of the user half is never mapped, so rcx is canonical. */
#include "arch/x86_64/layout.h"

/* The payload registers, in the order of the words that hold them. */
.macro SAVE_WORDS context
    .set word, CONTEXT_WORD
    .irp register, r8, r9, rbx, rbp, r12, r13, r14, r15
    movq %\register, word(\context)
    .set word, word + 8
    .endr
.endm

/* All that both kinds of resume load but for rax, which holds the context. */
.macro LOAD_COMMON
    movq CONTEXT_HANDLE(%rax), %rdi
    movq CONTEXT_DEADLINE(%rax), %rsi
    movq CONTEXT_TOKEN(%rax), %rdx
    .set word, CONTEXT_WORD
    .irp register, r8, r9, rbx, rbp, r12, r13, r14, r15
    movq word(%rax), %\register
    .set word, word + 8
    .endr
.endm

/* What both ways back from a system call end with, to the thread in a register. */
.macro RETURN thread
    movq CONTEXT_RFLAGS(\thread), %r11
    movq CONTEXT_RSP(\thread), %rsp
    movq CONTEXT_RIP(\thread), %rcx
    xorl %r10d, %r10d
    swapgs
    movl %r10d, %gs
    sysretq
.endm

.section .text.entry, "ax"
.global entry_syscall
.balign 64
entry_syscall:
    swapgs
    movq %gs:CPU_CURRENT, %r10
    movq %rcx, CONTEXT_RIP(%r10)
    movq %r11, CONTEXT_RFLAGS(%r10)
    movq %rsp, CONTEXT_RSP(%r10)
    movq %gs:CPU_STACK_TOP, %rsp
    movq %r10, %rcx
    call kernel_exchange         /* struct exchange: rax rcx rdx rdi rsi r8 r9 */
    RETURN %rcx

/* A call to an object, with a slot in the place of the token. The return address of kernel_exchange's
   call, still on the stack, aligns it. */
.global arch_object_way, arch_enter_way
arch_object_way:
    pushq %r12
    pushq %rbp
    pushq %rbx
    pushq %r9
    pushq %r8
    movq %rdx, %rdi
    movq %rax, %rsi
    movq %rsp, %rdx
    call kernel_object           /* struct outcome: rax rdx */
1:  popq %r8
    popq %r9
    movq %gs:CPU_CURRENT, %rcx
    xorl %edi, %edi
    xorl %esi, %esi
    btq $32, %rax                /* OUTCOME_LEAVE */
    jc arch_leave_way
    RETURN %rcx

/* An enter, which keeps all of the payload. Three words keep the stack aligned. */
arch_enter_way:
    pushq %rax
    pushq %r9
    pushq %r8
    movq %rax, %rdx
    call kernel_enter            /* struct outcome: rax rdx */
    jmp 1b

.global arch_leave_way
arch_leave_way:
    SAVE_WORDS %rcx
    movq %gs:CPU_STACK_TOP, %rsp
    xorl %ebp, %ebp
    call kernel_leave
    jmp resume

/* Where kernel_exchange ends otherwise, with the registers as they came; or with a slot in the place of
   the token. */
.global arch_long_way, arch_call_way
arch_call_way:
    movq %rdx, %r11
    jmp 1f
arch_long_way:
    xorl %r11d, %r11d
    movq %rdx, CONTEXT_TOKEN(%rcx)
1:  movq %gs:CPU_STACK_TOP, %rsp
    movl %eax, %eax
    movq %rax, CONTEXT_OPERATION(%rcx)
    movq %rdi, CONTEXT_HANDLE(%rcx)
    movq %rsi, CONTEXT_DEADLINE(%rcx)
    SAVE_WORDS %rcx
    movq %rcx, %rdi
    movq %r11, %rsi
    xorl %ebp, %ebp              /* backtraces end here */
    call kernel_operation

/* rax: the thread to resume, or NULL to idle. */
resume:
    testq %rax, %rax
    jz idle
    cmpb $0, CONTEXT_IS_FULL(%rax)
    jne resume_full
    LOAD_COMMON
    movq %rax, %rcx
    movl CONTEXT_OPERATION(%rax), %eax
    RETURN %rcx

resume_full:
    movb $0, CONTEXT_IS_FULL(%rax)
    pushq $SELECTOR_USER_DATA
    pushq CONTEXT_RSP(%rax)
    pushq CONTEXT_RFLAGS(%rax)
    pushq $SELECTOR_USER_CODE
    pushq CONTEXT_RIP(%rax)
    LOAD_COMMON
    movq CONTEXT_RCX(%rax), %rcx
    movq CONTEXT_R11(%rax), %r11
    swapgs
    xorl %r10d, %r10d
    movl %r10d, %gs
    movq CONTEXT_R10(%rax), %r10
    movq CONTEXT_OPERATION(%rax), %rax
    iretq

/* Nothing to run: sleep until an interrupt has been noted. sti takes effect after hlt has begun, so
   no interrupt falls between the two. */
idle:
    movq %gs:CPU_STACK_TOP, %rsp
    xorl %ebp, %ebp
    sti
    hlt
    cli
    call kernel_next
    jmp resume

/* arch_resume(thread): where boot ends. */
.global arch_resume
arch_resume:
    movq %rdi, %rax
    movq %gs:CPU_STACK_TOP, %rsp
    jmp resume

/* --- exceptions and interrupts: vector and error code on the stack, then rip cs rflags rsp ss ------ */

#define FRAME_VECTOR 0
#define FRAME_ERROR 8
#define FRAME_RIP 16
#define FRAME_CS 24
#define FRAME_RFLAGS 32
#define FRAME_RSP 40

trap:
    testb $3, FRAME_CS(%rsp)
    jz trap_in_kernel
    swapgs
    pushq %r10
    movq %gs:CPU_CURRENT, %r10
    movq %rax, CONTEXT_OPERATION(%r10)
    movq %rdi, CONTEXT_HANDLE(%r10)
    movq %rsi, CONTEXT_DEADLINE(%r10)
    movq %rdx, CONTEXT_TOKEN(%r10)
    SAVE_WORDS %r10
    popq CONTEXT_R10(%r10)
    movq %rcx, CONTEXT_RCX(%r10)
    movq %r11, CONTEXT_R11(%r10)
    movb $1, CONTEXT_IS_FULL(%r10)
    movq FRAME_RIP(%rsp), %rax
    movq FRAME_RFLAGS(%rsp), %rcx
    movq FRAME_RSP(%rsp), %rdx
    movq %rax, CONTEXT_RIP(%r10)
    movq %rcx, CONTEXT_RFLAGS(%r10)
    movq %rdx, CONTEXT_RSP(%r10)
    movq %r10, %rdi
    movl FRAME_VECTOR(%rsp), %esi
    movq FRAME_ERROR(%rsp), %rdx
    movq %gs:CPU_STACK_TOP, %rsp
    pushq $2                     /* the user's direction, alignment-check and nested flags go: */
    popfq                        /* SMAP would be off while AC is on */
    xorl %ebp, %ebp
    call trap_from_user
    jmp resume

/* The registers below the vector are struct trap_frame of trap.h, r15 first. */
.macro PUSH_ALL
    .irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
    pushq %\register
    .endr
.endm

trap_in_kernel:
    PUSH_ALL
    cld
    movq %rsp, %rdi
    call trap_from_kernel
    .irp register, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
    popq %\register
    .endr
    addq $16, %rsp
    iretq

/* Double fault, NMI, machine check: on stacks of their own, possibly before or after a swapgs. They
   stop the machine. */
trap_abort:
    PUSH_ALL
    cld
    movl $0xc0000101, %ecx       /* MSR_GS_BASE: negative in the kernel */
    rdmsr
    testl %edx, %edx
    js 1f
    swapgs
1:  movq %rsp, %rdi
    call trap_stop

/* flush_serve and a pause with every register as it was; called inside of functions. */
.global relax
relax:
    pushq %rbp
    movq %rsp, %rbp
    .irp register, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    pushq %\register
    .endr
    andq $-16, %rsp
    pause
    call flush_serve
    leaq -72(%rbp), %rsp
    .irp register, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax, rbp
    popq %\register
    .endr
    ret

/* One stub a vector, 16 bytes each: the IDT's addresses are computed. Exceptions 8, 10 to 14, 17, 21,
   29 and 30 bring an error code. */
.global trap_stubs
.balign 16
trap_stubs:
.set vector, 0
.rept VECTOR_END
    .balign 16
    .if vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21 && vector != 29 && vector != 30
    pushq $0
    .endif
    pushq $vector
    .if vector == 2 || vector == 8 || vector == 18
    jmp trap_abort
    .else
    jmp trap
    .endif
    .set vector, vector + 1
.endr
    .balign 16

.global trap_ignore
trap_ignore:                     /* the local APIC's spurious vector: nothing to acknowledge */
    iretq
