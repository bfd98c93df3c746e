/* SPDX-License-Identifier: BSD-2-Clause */
/* Transport status of the kernel, and how to say it to people. */
#pragma once

#include "abi/status.h"

#define SG_MUST_USE __attribute__((warn_unused_result))

/* The constant's own name, e.g. "SG_DENIED"; "SG_UNKNOWN" for a number that is no status. */
const char *sg_status_name(int status);

/* One sentence saying what the status means. */
const char *sg_status_text(int status);
