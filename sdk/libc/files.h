/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Sends what was written to descriptors 1 and 2 without a newline. */
void files_flush(void);
