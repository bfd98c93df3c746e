/* SPDX-License-Identifier: BSD-2-Clause */
/* The enter system call: consume submissions in batches, then wait for completions. */
#pragma once

#include "syscall/entry.h"

/* Goes on with an enter that was preempted between two batches. */
void enter_continue(struct thread *thread);
