/* SPDX-License-Identifier: BSD-2-Clause */
/* One line on its way to the log, from sg_log or from a file descriptor. */
#pragma once

#include <stddef.h>

#include "signet/log.h"

/* Sends one line without its newline; a longer one is cut. */
void log_deliver(enum sg_log_level level, const char *text, size_t length);
