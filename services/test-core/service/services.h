/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of checks of test-services, one for each service it calls. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"

void check_kv(void);
void check_clock(void);
void check_log(void);
void check_console(void);
void check_deaths(void);

/* Queues a call of encoded bytes on the own ring; own_taken(user_data) has its completion, whose
   `offset` is that of the reply's envelope. Buffers are never given back: a test is short. */
void async_call(struct sg_handle service, uint16_t method, const void *request, uint32_t length,
                uint64_t user_data);

/* Waits until that call is done or far too much time has passed; what its reply's first field, a
   number, says, or its transport status. */
int64_t async_result(uint64_t user_data);
