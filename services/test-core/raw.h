/* SPDX-License-Identifier: BSD-2-Clause */
/* The system call with every register under control, and threads that need nothing but registers: what
   the library would hide from a hostile program. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What is nobody else's to see: a process holds it in every register and page (bystander/). */
#define RAW_SECRET UINT64_C(0x5ec2e75ec2e75ec2)

enum raw_register {
    RAW_RAX,
    RAW_RBX,
    RAW_RCX,
    RAW_RDX,
    RAW_RSI,
    RAW_RDI,
    RAW_RBP,
    RAW_R8,
    RAW_R9,
    RAW_R10,
    RAW_R11,
    RAW_R12,
    RAW_R13,
    RAW_R14,
    RAW_R15,
    RAW_REGISTERS
};

#define RAW_VECTOR_BYTES 512u /* an FXSAVE image */
#define RAW_VECTOR_USED 416u  /* of it, what belongs to registers */

struct raw {
    _Alignas(16) uint8_t vector[RAW_VECTOR_BYTES];
    uint64_t word[RAW_REGISTERS];
};

/* Loads all of it, makes the system call, and stores all of it. */
void raw_call(struct raw *raw);

/* Every register and the vector state hold the value. */
void raw_fill(struct raw *raw, uint64_t value);

/* Holds the value in every register for so many turns of a loop; 0 when all held it to the end. The
   vector state goes from the image to the one after it. */
uint64_t raw_hold(uint8_t vector[2][RAW_VECTOR_BYTES], uint64_t value, uint64_t turns);

/* Entry points. Each takes its argument in rdi; none returns, and raw_scribble needs no memory but
   what it writes. */
void raw_fault(uint64_t value); /* faults with the value in every register */
void raw_show(
    uint64_t registers); /* stores those it began with there, in the order above, and exits */
void raw_flags(uint64_t flags); /* sets them, makes a system call, exits */
/* Writes all over [rdi, rsp), four bytes at a time and in no order, for ever. Half of what it writes is
   small, as opcodes and handles are. */
void raw_scribble(uint64_t address);

/* The code of raw_scribble, which runs anywhere. */
extern const uint8_t raw_scribble_begin[], raw_scribble_end[];

/* raw_hold, from a vector state that holds the value too; whether all of both was kept. */
bool raw_keeps(uint64_t value, uint64_t turns);

/* Of so many words, how many are the secret, or an address of the kernel's. */
uint32_t raw_leaks(const void *words, uint32_t count);
