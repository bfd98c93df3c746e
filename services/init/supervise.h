/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of processes that end: a record of the cause, everything they had returned, those who
   need to know told, and a new start where policy or request says so. */
#pragma once

#include "init.h"

/* Begins to receive the ends of processes. */
SG_MUST_USE enum sg_status supervise_begin(struct init *init);

/* The process has answered that it is ready. */
void supervise_ready(struct process *process);

/* Ends a process as if it had failed; its policy decides what follows. */
void supervise_kill(struct process *process);

/* The same, once the call being handled is answered: for a process that asks for its own end. */
void supervise_kill_later(struct process *process);

/* Ends a process that did not do in time what it must; its policy decides what follows. */
void supervise_fail(struct process *process, signet_supervisor_v1_Cause cause);

/* Asks a process to end, waits as long as its manifest entry says, and ends it then. `after` is what
   follows, whatever its policy. */
void supervise_stop(struct process *process, enum after_end after);

/* Stops a process that runs, and starts it, its failures forgotten. */
void supervise_restart(struct process *process);
