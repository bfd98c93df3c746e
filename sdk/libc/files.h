/* SPDX-License-Identifier: BSD-2-Clause */
/* Text on its way to the log, a line at a time; each thread has lines of its own. */
#pragma once

enum files_line { FILES_OUT, FILES_ERROR };

/* Adds a byte to one of the calling thread's lines; a newline, or one byte too many, sends it. */
void files_put(enum files_line which, char byte);

/* Sends what the calling thread has printed without a newline. */
void files_flush(void);
