/* SPDX-License-Identifier: BSD-2-Clause */
/* signet.supervisor.v1: what init answers. supervisor_lists.c and supervisor_capabilities.c
   only tell, supervisor_control.c and supervisor_power.c act. */
#pragma once

#include "init.h"

/* Serves the supervisor interface. */
SG_MUST_USE enum sg_status supervisor_serve(struct init *init);
