/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the machine: what went wrong, where, and on what, then a status for who started it. */
#pragma once

#include "arch/arch.h"
#include "arch/x86_64/trap.h"

/* Stops on an exception the kernel does not survive. */
NORETURN void panic_exception(const char *cause, const struct trap_frame *frame);

/* Stops this CPU without a word when another has begun to panic. */
void panic_stop_if_another_panics(void);

/* Stops before there is anything to trace back: "signet: refused: CAUSE". */
NORETURN void panic_refuse(const char *cause);
