/* SPDX-License-Identifier: BSD-2-Clause */
/* What a hostile thread does with its turn. */
#pragma once

#include "object/thread.h"

/* Nothing is awaited any more: another run begins. */
void hostile_forget(void);

/* One system call, fault or access to memory of the thread that runs. */
void hostile_turn(struct thread *thread);
