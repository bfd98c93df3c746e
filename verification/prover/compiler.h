/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before everything else where Frama-C reads what is not of the kernel's core: builtins of
   the compiler that it does not know, as what it does know. Atomics here are in functions that are
   not proved; those that are proved reach shared memory through core/shared.h. */
#pragma once

#include <string.h>

#define __builtin_memcpy memcpy
#define __atomic_load_n(source, order) (*(source))
#define __atomic_store_n(target, value, order) (*(target) = (value))
