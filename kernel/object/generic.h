/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations every capability has (enum sg_generic_operation). */
#pragma once

#include "object/object.h"

/* Carries out operation 56 or above on a resolved target. */
MUST_USE enum sg_status generic_call(struct invocation *invocation);

/* Empties a slot of the caller's cspace, whatever has become of its object. */
MUST_USE enum sg_status generic_release(struct cspace *cspace, struct sg_handle handle);

/* Goes on destroying the object behind a handle that was good before the destruction began:
   SG_BAD_HANDLE when there is nothing to go on with. */
MUST_USE enum sg_status generic_resume_destroy(struct cspace *cspace, struct sg_handle handle);
