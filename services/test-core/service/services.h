/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of checks of test-services, one for each service it calls, and the loop on which their
   asynchronous calls are. */
#pragma once

#include <signet/async.h>

void check_kv(void);
void check_clock(void);
void check_log(void);
void check_console(void);
void check_deaths(void);
void check_sessions(void);

void services_begin(void);
struct sg_loop *services_loop(void);

/* Lets the loop do what there is to do, for that long at most. */
void services_step(uint64_t pause_ns);

/* Steps until that call has completed or far too much time has passed; how it ended. */
struct sg_result services_wait(const struct sg_async *async);
