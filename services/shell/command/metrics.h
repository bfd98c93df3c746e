/* SPDX-License-Identifier: BSD-2-Clause */
/* What processes count. */
#pragma once

#include "shell.h"

#include "supervisor/v1/supervisor.rpc.h"

/* Calls `visit` with each metric of a process; how the last call ended, its result in *result. */
struct sg_result metrics_each(const char *process,
                              void (*visit)(void *self, const signet_supervisor_v1_MetricRow *row),
                              void *self, signet_supervisor_v1_Result *result);
