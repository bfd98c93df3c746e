/* SPDX-License-Identifier: BSD-2-Clause */
/* The ABI version of a program, as its note says it, against the kernel's own. */
#pragma once

#include "core/elf64.h"

/* Why an accepted image must not run, naming both versions; NULL when it may. The text is good until
   the next call. */
const char *version_refusal(const uint8_t *file, const struct elf64_image *image);
