/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before every file of the kernel's host port: its variables go into two sections of their
   own, so that the kernel target can put the whole kernel back to where an input begins. */
#pragma clang section bss = "kernel_zeroed" data = "kernel_filled"
