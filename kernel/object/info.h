/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object/object.h"

/* SG_INFO: SG_BAD_ARGUMENT when the type does not answer the selector. */
MUST_USE enum sg_status object_info(struct invocation *invocation);
