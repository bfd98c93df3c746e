/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile thread does with its turn. */
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

/* One system call, fault or access to memory of the thread that runs. */
void hostile_turn(struct thread *thread);
