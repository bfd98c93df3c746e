/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a process's last end. */
#pragma once

#include "process.h"

/* Records a fault message of a process, with the function it happened in. */
void crash_record_fault(struct process *process, const struct sg_fault *fault);

/* Records that init ended a process, and why. */
void crash_record_end(struct process *process, signet_supervisor_v1_Cause cause);

/* Whether the end recorded counts as a failure. */
bool crash_is_failure(const struct crash *crash);

/* Says in one line what is recorded. */
void crash_report(const struct process *process);
