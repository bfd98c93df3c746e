/* SPDX-License-Identifier: BSD-2-Clause */
/* What init has to say: on the serial port as long as no process drives it, and to the log service,
   for which lines are kept until it takes them. */
#pragma once

#include <log/v1/log.pb.h>

#include "init.h"

/* From here on lines can be reported. */
void report_begin(struct init *init);

/* One line of at most 200 bytes, without newline. */
void report(signet_log_v1_Level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lines below the level are not reported; the first is DEBUG. */
void report_set_level(signet_log_v1_Level level);

/* A process started that may be the log service: hands it what is kept. */
void report_process_started(const struct process *process);

/* Says what cannot be accepted and stops: nothing runs in an image that is not as it should be. */
_Noreturn void refuse(const char *thing, const char *expected, const char *found_format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, when somebody else has put into words what was found and what was expected. */
_Noreturn void refuse_because(const char *thing, const char *cause);
