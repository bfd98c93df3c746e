/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines for the log. They go to the service granted as "log", or to a sink the program sets. A line
   that cannot be delivered in time is dropped and counted. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The values of signet.log.v1.Level. */
enum sg_log_level { SG_LOG_DEBUG = 0, SG_LOG_INFO = 1, SG_LOG_WARNING = 2, SG_LOG_ERROR = 3 };

#define SG_LOG_TEXT_MAX 200u

/* Lines below the level are not written: they cost a comparison. It begins as the manifest says, and
   the supervisor may change it. */
void sg_log_set_level(enum sg_log_level level);
enum sg_log_level sg_log_level(void);

/* Writes one line of at most SG_LOG_TEXT_MAX bytes; a longer one is cut. */
void sg_log(enum sg_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A place lines go to instead of the log service; the text ends with a zero byte, without newline.
 */
typedef void sg_log_sink(enum sg_log_level level, const char *text, size_t length);
/* Sends this process's lines to `sink`. */
void sg_log_set_sink(sg_log_sink *sink);

/* Lines that could not be delivered since the process began. */
uint64_t sg_log_dropped(void);
