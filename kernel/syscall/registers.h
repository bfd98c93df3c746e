/* SPDX-License-Identifier: BSD-2-Clause */
/* The invoke system call: one operation in registers, and the wait for its completion. */
#pragma once

#include "object/thread.h"

/* Carries out the operation in the thread's registers. It may be waiting when this returns. */
void registers_invoke(struct thread *thread);
