/* SPDX-License-Identifier: BSD-2-Clause */
/* The supervisor's list of processes, walked row by row. */
#pragma once

#include "shell.h"

#include "supervisor/v1/supervisor.rpc.h"

/* Calls `visit` for every process; false, and said so, when the supervisor did not answer. */
bool process_each(struct shell *shell,
                  void (*visit)(void *self, const signet_supervisor_v1_ProcessRow *row),
                  void *self);

/* Offers every process's name to `visit`; silent when the supervisor does not answer. */
void process_names(void (*visit)(void *self, const char *name), void *self);

/* Says what a result of the supervisor means for this command and process; true for DONE. */
bool process_result(struct shell *shell, const char *command, const char *process,
                    signet_supervisor_v1_Result result);

/* "running", "page fault", ... */
const char *process_state(signet_supervisor_v1_State state);
const char *process_cause(signet_supervisor_v1_Cause cause);
