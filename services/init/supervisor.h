/* SPDX-License-Identifier: BSD-2-Clause */
/* signet.supervisor.v1: what init answers. supervisor_lists.c only tells, supervisor_control.c
   acts. */
#pragma once

#include "init.h"

/* Serves the supervisor interface. */
SG_MUST_USE enum sg_status supervisor_serve(struct init *init);
