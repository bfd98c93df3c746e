/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile program does next: system calls at random, likely enough to get somewhere. */
#pragma once

#include "kernel_test.h"

/* One operation, by registers or by ring. */
struct choice {
    uint8_t opcode;
    uint8_t flags;
    uint16_t method;
    uint32_t token;
    uint64_t handle;
    uint64_t argument[5];
};

/* Begins a sequence of numbers that is the same for the same seed, which is not 0. */
void random_start(uint64_t seed);

/* The next number, less than a limit. */
uint32_t pick(uint32_t below);

/* A number a hostile program would try. */
uint64_t number(void);

/* What a thread does next; it knows one token. */
struct choice choose(const struct thread *thread, uint32_t token);

/* A message that mostly fits the arena. */
struct sg_message random_message(void);

/* Writes capabilities to send where random messages say they are. */
void write_caps(struct thread *thread);
