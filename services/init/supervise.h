/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of processes that end: a record of the cause, everything they had returned, and a
   new start where their policy allows it. */
#pragma once

#include "init.h"

/* Begins to receive the ends of processes. */
SG_MUST_USE enum sg_status supervise_begin(struct init *init);

/* Ends a process as if it had failed; its policy decides what follows. */
void supervise_kill(struct process *process);

/* Ends a process that runs, and starts it at once, its failures forgotten. */
SG_MUST_USE bool supervise_restart(struct process *process);

/* The same, once the call being handled is answered: for a process that asks for its own end. */
enum end_kind { END_KILLED, END_RESTARTED };
void supervise_end_later(struct process *process, enum end_kind kind);
