/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that must hold of a manifest before anything in it is believed. The same source
   decides on the host, when an image is made, and in init, when it boots. Pure: no I/O, no memory
   of its own. */
#pragma once

#include "finding.h"
#include "manifest.h"

#define MANIFEST_VERSION 1u

/* The host looks at a manifest twice: as written, and with the modules of an image filled in, which
   is the only form init accepts. */
enum manifest_stage { MANIFEST_SOURCE, MANIFEST_SEALED };

/* Lists all that is wrong; a count of 0 means the manifest may be used. */
void manifest_check(const struct manifest *manifest, enum manifest_stage stage,
                    struct manifest_findings *findings);
