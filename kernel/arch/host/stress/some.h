/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers, and of what a hostile program has or invents: some at random. */
#pragma once

#include "fixture.h"
#include "host.h"

/* Starts the sequence of random numbers; the same seed gives the same run. */
void random_start(uint64_t seed);

/* A number below a bound, which is not 0. */
uint32_t pick(uint32_t below);

/* Whether something that happens once in so many times happens now. */
bool once_in(uint32_t times);

/* A word that a hostile program would try. */
uint64_t odd_word(void);

/* A handle of any capability; sometimes one that is stale or never was. */
uint64_t some_handle(const struct thread *thread);

/* A handle of a capability of a type, from a random place on. */
uint64_t some_handle_of(const struct thread *thread, uint8_t type);

/* A token the thread was given, by registers or in its ring. */
uint32_t some_token(const struct thread *thread);

/* A deadline: mostly none, else near or odd. */
uint64_t some_deadline(void);

/* A message whose parts lie in the arena, or nearly. */
struct sg_message some_message(const struct thread *thread);

/* Writes a list of capabilities to send where the message says it is. */
void some_list(const struct thread *thread, const struct sg_message *message);
