/* SPDX-License-Identifier: BSD-2-Clause */
/* The one kernel lock: fair, taken on the way in and released on the way out, in entry.c only. */
#pragma once

#include "core/base.h"

void kernel_lock(void);
void kernel_unlock(void);
