/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks in the code of programs that are measured: instructions that do nothing and say to whoever counts
   instructions (scripts/lib/bench_counter.c) where a window begins and ends. */
#pragma once

#define MARK_BEGIN 0x53670001 /* a window begins: one sample of the row that is reported next */
#define MARK_END 0x53670002   /* it ends */
#define MARK_ROW 0x53670003   /* the row is reported: windows from here on are the next one's */

#define MARK_TEXT(number) #number
#define MARK(number) \
    __asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .long " MARK_TEXT(number)::: "memory")
