/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers, and what a hostile thread could do next. Half of it makes sense, so that it gets
   somewhere: it knows its handles, its tokens and the layout of its ring. */
#pragma once

#include "fixture.h"
#include "host.h"

#define STRESS_ADDRESS UINT64_C(0x10000000) /* where things are mapped */

/* Starts the sequence of random numbers; the same seed gives the same run. */
void random_start(uint64_t seed);

/* A number below a bound, which is not 0. */
uint32_t pick(uint32_t below);

/* Whether something that happens once in so many times happens now. */
bool once_in(uint32_t times);

/* A word that a hostile program would try. */
uint64_t odd_word(void);

/* A handle of a capability of a type, from a random place on. */
uint64_t find(const struct thread *thread, uint8_t type);

/* A token the thread was given, by registers or in its ring. */
uint32_t find_token(const struct thread *thread);

uint64_t some_deadline(void);
struct sg_message some_message(const struct thread *thread);

/* Writes a list of capabilities to send where a message says it is. */
void write_list(const struct thread *thread, const struct sg_message *message);

/* An operation, before it is decided which way it goes. */
struct choice {
    uint8_t opcode;
    uint16_t method;
    uint64_t handle;
    uint64_t argument[5];
    bool has_message;
};

struct choice choose(const struct thread *thread);
