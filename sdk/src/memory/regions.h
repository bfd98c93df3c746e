/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions of this process's own address space. */
#pragma once

#include <stdint.h>

/* A mapping was made, under memory_lock, and got this region number: a mapping that had it before is
   gone. */
void regions_claim(uint32_t region);
