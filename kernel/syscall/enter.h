/* SPDX-License-Identifier: BSD-2-Clause */
/* The enter system call: consume submissions in batches, then wait for completions. */
#pragma once

#include "object/thread.h"

/* Starts an enter from the thread's registers. The thread may be waiting, stopped, or in the middle
   of draining when this returns. */
void enter_begin(struct thread *thread);

/* Goes on with an enter that was preempted between two batches. */
void enter_continue(struct thread *thread);
