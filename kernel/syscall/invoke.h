/* SPDX-License-Identifier: BSD-2-Clause */
/* One operation, whichever way it came: a submission taken from a ring, or the registers of invoke. */
#pragma once

#include "object/object.h"
#include "object/op.h"

/* Carries out an operation. STATUS_PENDING: its record completes it, or already has. Any other
   status: it is over, and no record was used. */
MUST_USE enum sg_status invoke(struct invocation *invocation);

/* The same for a CALL whose target is resolved and permitted. */
MUST_USE enum sg_status invoke_target(struct invocation *invocation);
