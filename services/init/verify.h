/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing of an image is believed before this: signature, form and rules of the manifest, then
   size, hash and loadability of every module it names. What does not hold ends the boot with its
   cause. */
#pragma once

#include <signet/startup.h>

#include "manifest.h"

/* The image's manifest, decoded and checked. */
const struct manifest *verify_manifest(const struct sg_bootinfo *boot);

/* Checks every module's file against the manifest. */
void verify_modules(const struct sg_bootinfo *boot, const struct manifest *manifest);
