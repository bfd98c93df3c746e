/* SPDX-License-Identifier: BSD-2-Clause */
/* How often this program entered the kernel. Both system calls are linked through a count
   (--wrap in CMakeLists.txt), so whoever makes one in this program is counted. */
#pragma once

#include <stdint.h>

/* System calls since the program began. */
uint64_t entries_counted(void);
