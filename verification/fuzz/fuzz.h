/* SPDX-License-Identifier: BSD-2-Clause */
/* A fuzz target: one boundary of the system, fed with bytes. The same file is linked to AFL++'s
   persistent loop (persistent.c) and to a program that replays files (replay.c). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What comes before the first input. */
void fuzz_start(void);

/* Feeds one input through the boundary; leaves nothing behind. Aborts when an oracle is broken. */
void fuzz_one(const uint8_t *bytes, size_t size);

/* Whether inputs come from files: then a target may look more often than AFL++'s loop has time for. */
extern bool fuzz_is_replay;

/* Says what an oracle found and expected, and aborts. */
__attribute__((noreturn, format(printf, 1, 2))) void fuzz_failed(const char *format, ...);

#define FUZZ_EXPECT(condition, ...) ((condition) ? (void)0 : fuzz_failed(__VA_ARGS__))

/* The input in memory of exactly its size, so that a read past its end is seen; fuzz_free gives it back. */
uint8_t *fuzz_exact(const uint8_t *bytes, size_t size);
void fuzz_free(uint8_t *exact);
