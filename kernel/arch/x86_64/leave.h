/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object/thread.h"

/* Ends boot: unmaps the code that ran only once, and resumes the thread. */
NORETURN void leave_boot(struct thread *thread);
