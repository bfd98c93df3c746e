/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a program begins: rdi is the address of its startup block (bootinfo in the first process),
   rsp the top of its stack. */

    .intel_syntax noprefix
    .cfi_sections .debug_frame

    .section .text._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    .cfi_undefined rip           /* nobody called: backtraces end here */
    xor ebp, ebp
    and rsp, -16
    call sg_start
    ud2
    .cfi_endproc
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
