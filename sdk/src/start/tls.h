/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread-local data: an image in the program, a copy for each thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Bytes one thread's copy takes, wherever it begins. */
size_t tls_bytes(void);

/* Makes a copy in the area; the thread pointer that goes with it. */
uint64_t tls_prepare(void *area);
