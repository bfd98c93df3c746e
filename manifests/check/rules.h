/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of rules manifest_check() applies, one file each. */
#pragma once

#include "check.h"

/* names.c: every name is well formed and stands for one thing only. */
void check_names(const struct manifest *manifest, struct manifest_findings *findings);

/* sizes.c: every number is within the kernel's limits and the sum within the machine. */
void check_sizes(const struct manifest *manifest, struct manifest_findings *findings);

/* modules.c: the files of the image are all there, once, with a size and a hash. */
void check_modules(const struct manifest *manifest, struct manifest_findings *findings);

/* needs.c: what is needed is provided, with methods it has, and nobody waits for himself. */
void check_needs(const struct manifest *manifest, struct manifest_findings *findings);

/* devices.c: hardware is there and granted once. */
void check_devices(const struct manifest *manifest, struct manifest_findings *findings);
