/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a program begins: rdi is the address of its startup block (bootinfo in the first process),
   rsp the top of its stack. */

    .intel_syntax noprefix

    .section .text._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xor ebp, ebp
    and rsp, -16
    call sg_start
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
